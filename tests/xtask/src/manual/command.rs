//! A command as documentation shows it.

use super::{Example, Flag, Section, SectionError, help_sections};

/// The name of clap's own command for help.
const HELP: &str = "help";

/// A command.
#[derive(Clone, Debug)]
pub struct CommandPage {
    /// What its man page is called: `kubectl-gitops-lab-replay`.
    pub name: String,
    /// As it is typed: `kubectl gitops-lab replay`.
    pub typed: String,
    /// What it is about, in one line.
    pub about: String,
    /// What help says in brackets behind that, as of a flag: `alias` and other names.
    pub remarks: Vec<(&'static str, Vec<String>)>,
    /// What else is to be said, in paragraphs.
    pub description: Vec<String>,
    /// Ways to type it.
    pub usage: Vec<String>,
    /// Its flags and arguments.
    pub flags: Vec<Flag>,
    /// What its help says below the flags.
    pub sections: Vec<Section>,
    /// The pages of its subcommands.
    pub subcommands: Vec<String>,
    /// What its own `help` is about, where it has subcommands.
    pub help_command: Option<String>,
    /// The page of the command that it is one of.
    pub parent: Option<String>,
}

impl CommandPage {
    /// Reads a command that was built.
    ///
    /// # Errors
    /// The text below its flags is not made of sections.
    pub(super) fn read(command: &clap::Command, parent: Option<&Self>) -> Result<Self, SectionError> {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
        let below = command.get_after_long_help().or(command.get_after_help());
        let name = display_name(command);
        Ok(Self {
            typed: command.get_bin_name().unwrap_or(command.get_name()).to_owned(),
            description: paragraphs(long.strip_prefix(&about).unwrap_or(&long)),
            about,
            remarks: remarks(command),
            usage: usage(command),
            flags: Flag::all(command),
            sections: help_sections(&below.map(ToString::to_string).unwrap_or_default())?,
            subcommands: subcommands(command).map(display_name).collect(),
            help_command: help_command(command),
            parent: parent.map(|parent| parent.name.clone()),
            name,
        })
    }

    /// The words behind `kubectl gitops`, which tell commands apart; the front has none.
    pub fn words(&self) -> &str {
        self.typed.trim_start_matches("kubectl gitops").trim_start_matches(['-', ' '])
    }

    /// Examples of its use.
    pub fn examples(&self) -> impl Iterator<Item = &Example> {
        self.sections.iter().flat_map(|section| match section {
            Section::Examples(examples) => examples.as_slice(),
            _ => &[],
        })
    }

    /// What exit codes mean of this command.
    pub fn exit_codes(&self) -> impl Iterator<Item = &(u8, String)> {
        self.sections.iter().flat_map(|section| match section {
            Section::ExitCodes(codes) => codes.as_slice(),
            _ => &[],
        })
    }

    /// What is neither examples nor exit codes.
    pub fn remarks(&self) -> impl Iterator<Item = &Section> {
        let is_remark = |section: &&Section| !matches!(section, Section::Examples(_) | Section::ExitCodes(_));
        self.sections.iter().filter(is_remark)
    }
}

/// The subcommands that have pages. clap's own `help` has none: it says what `--help` says.
pub(super) fn subcommands(command: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != HELP)
}

fn help_command(command: &clap::Command) -> Option<String> {
    let help = command.find_subcommand(HELP).filter(|help| !help.is_hide_set())?;
    help.get_about().map(ToString::to_string)
}

fn remarks(command: &clap::Command) -> Vec<(&'static str, Vec<String>)> {
    let aliases: Vec<String> = command.get_visible_aliases().map(ToOwned::to_owned).collect();
    let title = if aliases.len() == 1 { "alias" } else { "aliases" };
    Some((title, aliases)).filter(|(_, aliases)| !aliases.is_empty()).into_iter().collect()
}

fn display_name(command: &clap::Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).to_owned()
}

fn paragraphs(text: &str) -> Vec<String> {
    let paragraphs = text.split("\n\n").map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|text| !text.is_empty()).collect()
}

/// Help's usage lines, without the word before them. A plugin is a command of the front's in the tree, and is typed
/// with a hyphen as kubectl knows it.
fn usage(command: &clap::Command) -> Vec<String> {
    let text = command.clone().render_usage().to_string();
    let text = text.trim_start_matches("Usage:");
    let typed = command.get_bin_name().unwrap_or(command.get_name());
    let text = text.replacen(&typed.replacen("gitops-", "gitops ", 1), typed, 1);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
}
