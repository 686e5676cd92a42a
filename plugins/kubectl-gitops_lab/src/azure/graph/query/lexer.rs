//! A text as tokens. Comments and white space are none.

use std::iter::Peekable;
use std::str::CharIndices;

use jiff::SignedDuration;

use super::super::value::KqlValue;
use super::problem::QueryProblem;
use super::token::{Lexeme, Token};

/// Longer ones first.
const SYMBOLS: [&str; 25] = [
    "==", "=~", "!=", "!~", "<=", ">=", "..", "<", ">", "=", "|", "(", ")", "[", "]", "{", "}", ",", ".",
    "+", "-", "*", "/", "%", ";",
];

/// What stands behind a number to make it a span of time, in nanoseconds.
const UNITS: [(&str, i64); 21] = [
    ("d", 86_400_000_000_000),
    ("day", 86_400_000_000_000),
    ("days", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("hr", 3_600_000_000_000),
    ("hrs", 3_600_000_000_000),
    ("hour", 3_600_000_000_000),
    ("hours", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("minute", 60_000_000_000),
    ("minutes", 60_000_000_000),
    ("s", 1_000_000_000),
    ("sec", 1_000_000_000),
    ("second", 1_000_000_000),
    ("seconds", 1_000_000_000),
    ("ms", 1_000_000),
    ("milli", 1_000_000),
    ("millis", 1_000_000),
    ("microsecond", 1_000),
    ("tick", 100),
];

/// The tokens of a query, the last of them its end.
pub(super) fn tokens(query: &str) -> Result<Vec<Token>, QueryProblem> {
    let mut lexer = Lexer { rest: query, line: 1, character: 0 };
    let mut tokens = Vec::new();
    loop {
        let is_adjacent = !lexer.skip_blanks();
        let (line, character, before) = (lexer.line, lexer.character, lexer.rest);
        let lexeme = lexer.lexeme();
        let written = match &lexeme {
            Some(Lexeme::End) => "<EOF>",
            Some(_) => &before[..before.len() - lexer.rest.len()],
            None => &before[..before.chars().next().map_or(0, char::len_utf8)],
        };
        let written = written.to_owned();
        let Some(lexeme) = lexeme else {
            return Err(QueryProblem::Unparsable { line, character, token: written });
        };
        let is_end = lexeme == Lexeme::End;
        tokens.push(Token { lexeme, written, line, character, is_adjacent });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    character: usize,
}

impl<'a> Lexer<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        for letter in taken.chars() {
            match letter {
                '\n' => (self.line, self.character) = (self.line + 1, 0),
                _ => self.character += 1,
            }
        }
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, is_wanted: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|letter| !is_wanted(letter)).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// Skips white space and comments; whether there were any.
    fn skip_blanks(&mut self) -> bool {
        let length = self.rest.len();
        loop {
            self.take_while(char::is_whitespace);
            if !self.rest.starts_with("//") {
                return self.rest.len() < length;
            }
            self.take_while(|letter| letter != '\n');
        }
    }

    /// The next token; nothing where none begins.
    fn lexeme(&mut self) -> Option<Lexeme> {
        let mut letters = self.rest.chars();
        let (first, second) = (letters.next(), letters.next());
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        match first {
            None => Some(Lexeme::End),
            Some('\'' | '"') => self.string(false),
            Some('@') if matches!(second, Some('\'' | '"')) => {
                self.take(1);
                self.string(true)
            }
            Some('0'..='9') => self.number(),
            Some('!') if second.is_some_and(char::is_alphabetic) => {
                self.take(1);
                let word = self.word();
                Some(Lexeme::Word(format!("!{word}")))
            }
            Some(letter) if is_word(letter) || letter == '$' => {
                let word = self.word();
                if word == "datetime" { self.date() } else { Some(Lexeme::Word(word)) }
            }
            Some(_) => {
                let symbol = SYMBOLS.into_iter().find(|symbol| self.rest.starts_with(symbol))?;
                self.take(symbol.len());
                Some(Lexeme::Symbol(symbol))
            }
        }
    }

    /// What stands in brackets behind `datetime`.
    fn date(&mut self) -> Option<Lexeme> {
        let written = self.rest.trim_start().strip_prefix('(')?.split_once(')')?.0;
        let end = self.rest.find(')')?;
        self.take(end + 1);
        let written = written.trim().trim_matches(['\'', '"']).to_owned();
        KqlValue::text(written).to_date().map(Lexeme::DateTime)
    }

    /// A word; `in~` is one.
    fn word(&mut self) -> String {
        let word = self.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'));
        if word == "in" && self.rest.starts_with('~') {
            self.take(1);
            return "in~".to_owned();
        }
        word.to_owned()
    }

    fn number(&mut self) -> Option<Lexeme> {
        let mut written = self.take_while(|letter| letter.is_ascii_digit()).to_owned();
        let mut behind = self.rest.chars();
        let is_fraction =
            behind.next() == Some('.') && behind.next().is_some_and(|next| next.is_ascii_digit());
        if is_fraction {
            written.push_str(self.take(1));
            written.push_str(self.take_while(|letter| letter.is_ascii_digit()));
        }
        let unit = self.take_while(|letter| letter.is_alphanumeric() || letter == '_');
        if unit.is_empty() {
            let real = || written.parse().ok().map(Lexeme::Real);
            return if is_fraction { real() } else { written.parse().ok().map(Lexeme::Long) };
        }
        let (_, nanoseconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let seconds = written.parse::<f64>().ok()?
            * std::time::Duration::from_nanos(nanoseconds.unsigned_abs()).as_secs_f64();
        SignedDuration::try_from_secs_f64(seconds).ok().map(Lexeme::Timespan)
    }

    /// A string; nothing where it does not end. In a verbatim one, two quotes are one.
    fn string(&mut self, is_verbatim: bool) -> Option<Lexeme> {
        let mut letters = self.rest.char_indices().peekable();
        let (_, quote) = letters.next()?;
        let mut text = String::new();
        loop {
            match letters.next()?.1 {
                letter if letter == quote => {
                    if !is_verbatim || letters.next_if(|(_, next)| *next == quote).is_none() {
                        break;
                    }
                    text.push(quote);
                }
                '\n' | '\r' => return None,
                '\\' if !is_verbatim => text.push(escaped(&mut letters)?),
                letter => text.push(letter),
            }
        }
        let end = letters.peek().map_or(self.rest.len(), |(at, _)| *at);
        self.take(end);
        Some(Lexeme::Text(text))
    }
}

/// What stands behind a backslash.
fn escaped(letters: &mut Peekable<CharIndices<'_>>) -> Option<char> {
    let digits = match letters.next()?.1 {
        letter @ ('\\' | '\'' | '"') => return Some(letter),
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'x' => 2,
        'u' => 4,
        _ => return None,
    };
    let hex: String = letters.take(digits).map(|(_, digit)| digit).filter(char::is_ascii_hexdigit).collect();
    char::from_u32(u32::from_str_radix(&hex, 16).ok().filter(|_| hex.len() == digits)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexemes(query: &str) -> Vec<Lexeme> {
        let mut lexemes: Vec<Lexeme> = tokens(query).unwrap().into_iter().map(|token| token.lexeme).collect();
        assert_eq!(lexemes.pop(), Some(Lexeme::End));
        lexemes
    }

    #[test]
    fn strings_are_read_as_they_are_quoted() {
        for (query, text) in [
            ("'a'", "a"),
            ("\"a'b\"", "a'b"),
            (r"'a\'b\\'", r"a'b\"),
            (r"'\t\u00e9\x41'", "\té\u{41}"),
            (r"@'a\b'", r"a\b"),
            ("@'it''s'", "it's"),
            ("@\"say \"\"x\"\"\"", "say \"x\""),
            ("'// no comment | at all'", "// no comment | at all"),
            ("''", ""),
        ] {
            assert_eq!(lexemes(query), [Lexeme::Text(text.to_owned())], "{query}");
        }
    }

    #[test]
    fn numbers_spans_and_words_are_told_apart() {
        for (query, lexeme) in [
            ("5", Lexeme::Long(5)),
            ("5.25", Lexeme::Real(5.25)),
            ("5m", Lexeme::Timespan(SignedDuration::from_secs(300))),
            ("1.5h", Lexeme::Timespan(SignedDuration::from_secs(5400))),
            ("10ms", Lexeme::Timespan(SignedDuration::from_millis(10))),
            ("datetime(2026-05-04)", Lexeme::DateTime("2026-05-04T00:00:00Z".parse().unwrap())),
            ("datetime ( '2026-05-04 10:00:00' )", Lexeme::DateTime("2026-05-04T10:00:00Z".parse().unwrap())),
            ("!contains", Lexeme::Word("!contains".to_owned())),
            ("!in~", Lexeme::Word("!in~".to_owned())),
            ("!=", Lexeme::Symbol("!=")),
        ] {
            assert_eq!(lexemes(query), [lexeme], "{query}");
        }
        assert_eq!(lexemes("a.b // c\n|d").len(), 5);
    }

    #[test]
    fn a_token_tells_where_it_stands() {
        let at = |query: &str, index: usize| {
            let token = tokens(query).unwrap().swap_remove(index);
            (token.written, token.line, token.character)
        };
        assert_eq!(at("where where", 2), ("<EOF>".to_owned(), 1, 11));
        assert_eq!(at("resources\n  | where 'é' == é", 3), ("'é'".to_owned(), 2, 10));
        assert_eq!(at("// a\r\nb\n", 0), ("b".to_owned(), 2, 0));
        assert_eq!(at("b\n", 1), ("<EOF>".to_owned(), 2, 0));
    }

    #[test]
    fn what_begins_no_token_is_told_with_its_place() {
        for (query, line, character, token) in [
            ("where a == 'b", 1, 11, "'"),
            ("a\n| #", 2, 2, "#"),
            ("where a == 'a\nb'", 1, 11, "'"),
            ("take 5x", 1, 5, "5"),
            (r"'\q'", 1, 0, "'"),
            ("x datetime(soon)", 1, 2, "d"),
            ("x datetime(2026-05-04", 1, 2, "d"),
            (r"'\u12'", 1, 0, "'"),
            ("99999999999999999999", 1, 0, "9"),
        ] {
            let problem = QueryProblem::Unparsable { line, character, token: token.to_owned() };
            assert_eq!(tokens(query), Err(problem), "{query}");
        }
    }
}
