//! `docs/adding-a-command.md` as a program reads it: the files that it shows, the line, and what it types.

/// The page, taken apart.
#[derive(Debug)]
pub struct Guide {
    /// The files of the package, by their path in its folder.
    pub files: Vec<(String, String)>,
    /// The line in the front's `Cargo.toml`.
    pub line: String,
    /// The commands that look at it, without their prompts.
    pub commands: Vec<String>,
}

impl Guide {
    /// Reads the page: each block of code that a program needs follows a comment which names it.
    pub fn parse(page: &str) -> Self {
        let mut guide = Self { files: Vec::new(), line: String::new(), commands: Vec::new() };
        for part in page.split("<!-- ").skip(1) {
            let Some((name, rest)) = part.split_once(" -->\n```") else { continue };
            let code = rest.split_once('\n').and_then(|(_, rest)| rest.split_once("```\n"));
            let code = code.map(|(code, _)| code).unwrap_or_default();
            match name {
                "line" => code.trim().clone_into(&mut guide.line),
                "commands" => {
                    let commands = code.lines().filter_map(|line| line.strip_prefix("$ "));
                    guide.commands = commands.map(str::to_owned).collect();
                }
                path => guide.files.push((path.to_owned(), code.to_owned())),
            }
        }
        guide
    }
}
