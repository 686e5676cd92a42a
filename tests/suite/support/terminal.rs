//! What stands on a terminal after what was written to it: as much of one as screens need.

/// A terminal of a fixed size.
pub(crate) struct Terminal {
    columns: usize,
    cells: Vec<Vec<char>>,
    row: usize,
    /// May be one behind the last: the next character begins a new row.
    column: usize,
    /// How often everything moved up because there was no row left.
    pub scrolled: usize,
}

impl Terminal {
    pub(crate) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, cells: vec![vec![' '; columns]; rows], row: 0, column: 0, scrolled: 0 }
    }

    /// Takes everything that was written, from the beginning.
    pub(crate) fn write(mut self, text: &str) -> Self {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\r' => self.column = 0,
                '\n' => self.line_feed(),
                '\u{1b}' => {
                    assert_eq!(characters.next(), Some('['), "an unknown sequence");
                    let mut number = String::new();
                    let end = loop {
                        match characters.next().expect("a sequence ends") {
                            character if character.is_ascii_alphabetic() => break character,
                            character => number.push(character),
                        }
                    };
                    self.control(&number, end);
                }
                character => {
                    if self.column == self.columns {
                        self.column = 0;
                        self.line_feed();
                    }
                    self.cells[self.row][self.column] = character;
                    self.column += 1;
                }
            }
        }
        self
    }

    fn control(&mut self, number: &str, end: char) {
        let (row, column) = (self.row, self.column.min(self.columns - 1));
        match (number, end) {
            ("", 'H') => (self.row, self.column) = (0, 0),
            ("2", 'J') => self.cells.iter_mut().for_each(|cells| cells.fill(' ')),
            ("", 'J') => {
                self.cells[row][column..].fill(' ');
                self.cells[row + 1..].iter_mut().for_each(|cells| cells.fill(' '));
            }
            ("", 'K') => self.cells[row][column..].fill(' '),
            (_, 'm') => {}
            (number, end) => panic!("an unknown sequence: {number}{end}"),
        }
    }

    fn line_feed(&mut self) {
        if self.row + 1 < self.cells.len() {
            self.row += 1;
            return;
        }
        self.cells.remove(0);
        self.cells.push(vec![' '; self.columns]);
        self.scrolled += 1;
    }

    /// Its rows, without the blanks at their ends.
    pub(crate) fn text(&self) -> String {
        let rows = self.cells.iter().map(|cells| cells.iter().collect::<String>());
        rows.map(|row| format!("{}\n", row.trim_end())).collect()
    }
}
