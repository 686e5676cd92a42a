//! Where a parser is in the tokens of a query.

use super::problem::QueryProblem;
use super::token::{Lexeme, Token};

/// How deep expressions may be.
const DEPTH: usize = 24;

/// The tokens that are still to be read.
pub(super) struct Cursor {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Cursor {
    /// `tokens` end with one that says so.
    pub(super) fn new(tokens: Vec<Token>) -> Self {
        Self { tokens, at: 0, depth: 0 }
    }

    /// The token that is next.
    pub(super) fn peek(&self) -> &Token {
        self.behind(0)
    }

    /// The token that many behind the next.
    pub(super) fn behind(&self, count: usize) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + count).min(last)]
    }

    /// Steps over the next token.
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// That the next token cannot stand where it does.
    pub(super) fn unexpected(&self) -> QueryProblem {
        let Token { line, character, written, .. } = self.peek();
        QueryProblem::Unparsable { line: *line, character: *character, token: written.clone() }
    }

    /// Whether the next token is this symbol; it is stepped over then.
    pub(super) fn accept(&mut self, symbol: &str) -> bool {
        let is_next = self.is_symbol(symbol);
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over this symbol, which must be next.
    pub(super) fn expect(&mut self, symbol: &str) -> Result<(), QueryProblem> {
        if self.accept(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Whether the next token is this word; it is stepped over then.
    pub(super) fn accept_word(&mut self, word: &str) -> bool {
        let is_next = self.word() == Some(word);
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over this word, which must be next.
    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), QueryProblem> {
        if self.accept_word(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// The next token, where it is a word.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.peek().lexeme {
            Lexeme::Word(word) => Some(word),
            _ => None,
        }
    }

    /// A name: a word, or `['any text']`.
    pub(super) fn name(&mut self) -> Result<String, QueryProblem> {
        match (&self.peek().lexeme, &self.behind(1).lexeme, &self.behind(2).lexeme) {
            (Lexeme::Word(word), ..) if !word.starts_with('!') => {
                let word = word.clone();
                self.skip();
                Ok(word)
            }
            (Lexeme::Symbol("["), Lexeme::Text(text), Lexeme::Symbol("]")) => {
                let text = text.clone();
                self.at += 3;
                Ok(text)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A whole number that is not negative.
    pub(super) fn count(&mut self) -> Result<usize, QueryProblem> {
        let Lexeme::Long(count) = self.peek().lexeme else {
            return Err(self.unexpected());
        };
        let count = usize::try_from(count).map_err(|_| self.unexpected())?;
        self.skip();
        Ok(count)
    }

    /// What `read` reads, as often as commas follow.
    pub(super) fn list<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, QueryProblem>,
    ) -> Result<Vec<T>, QueryProblem> {
        let mut list = vec![read(self)?];
        while self.accept(",") {
            list.push(read(self)?);
        }
        Ok(list)
    }

    /// What `read` reads one level deeper. Refuses what is deeper than any query that is meant.
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, QueryProblem>,
    ) -> Result<T, QueryProblem> {
        if self.depth == DEPTH {
            return Err(self.unexpected());
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek().lexeme, Lexeme::Symbol(next) if next == symbol)
    }
}
