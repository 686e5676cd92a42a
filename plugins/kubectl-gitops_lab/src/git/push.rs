//! The half of `git push` that a server speaks: refs and what it can do, the commands of a push, and their report.

use git2::{Oid, Repository};

use super::pkt_line::{FLUSH, add_band, add_line, take_line};

/// What a push may ask for.
const CAPABILITIES: &str = "report-status delete-refs side-band-64k quiet atomic ofs-delta push-options \
                            object-format=sha1 agent=gitops-lab";
/// Refs that pushes neither see nor move.
const HIDDEN: &str = "refs/pull/";

/// The commands of a push, and the objects that they need.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PushRequest<'a> {
    pub(crate) commands: Vec<RefCommand>,
    /// All or none.
    pub(crate) is_atomic: bool,
    wants_report: bool,
    has_bands: bool,
    /// The pack; empty where only refs go.
    pub(crate) pack: &'a [u8],
}

/// One ref, where the pusher saw it, and where it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefCommand {
    pub(crate) reference: String,
    pub(crate) old: Option<Oid>,
    pub(crate) new: Option<Oid>,
}

/// What came of a push.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PushReport {
    /// Why the objects cannot be taken.
    pub(crate) unpack_error: Option<String>,
    /// Each ref, and why it did not move.
    pub(crate) refs: Vec<(String, Option<String>)>,
    /// What a person reads behind `remote:`.
    pub(crate) messages: String,
}

/// What a pusher is told of refs before anything is pushed.
pub(crate) fn advertisement(git: &Repository) -> Result<Vec<u8>, git2::Error> {
    let mut text = Vec::new();
    add_line(&mut text, b"# service=git-receive-pack\n");
    text.extend(FLUSH);
    let mut refs = Vec::new();
    for reference in git.references()? {
        let reference = reference?;
        if let (Ok(name), Some(target)) = (reference.name(), reference.target())
            && !name.starts_with(HIDDEN)
        {
            refs.push((name.to_owned(), target));
        }
    }
    refs.sort();
    if refs.is_empty() {
        refs.push(("capabilities^{}".to_owned(), Oid::ZERO_SHA1));
    }
    for (index, (name, target)) in refs.iter().enumerate() {
        let capabilities = if index == 0 { format!("\0{CAPABILITIES}") } else { String::new() };
        add_line(&mut text, format!("{target} {name}{capabilities}\n").as_bytes());
    }
    text.extend(FLUSH);
    Ok(text)
}

impl<'a> PushRequest<'a> {
    /// Reads a push; nothing is what is none.
    pub(crate) fn parse(mut body: &'a [u8]) -> Option<Self> {
        let mut push =
            Self { commands: Vec::new(), is_atomic: false, wants_report: false, has_bands: false, pack: b"" };
        let mut has_options = false;
        while let Some(line) = take_line(&mut body)? {
            if line.starts_with(b"shallow ") {
                continue;
            }
            let mut parts = line.splitn(2, |byte| *byte == 0);
            let command = std::str::from_utf8(parts.next()?).ok()?.trim_end_matches('\n');
            let capabilities = std::str::from_utf8(parts.next().unwrap_or_default()).ok()?;
            for capability in capabilities.split_whitespace() {
                match capability {
                    "report-status" => push.wants_report = true,
                    "side-band-64k" => push.has_bands = true,
                    "atomic" => push.is_atomic = true,
                    "push-options" => has_options = true,
                    _ => {}
                }
            }
            let mut words = command.splitn(3, ' ');
            let (old, new) = (object(words.next()?)?, object(words.next()?)?);
            push.commands.push(RefCommand { reference: words.next()?.to_owned(), old, new });
        }
        // GitHub takes options and makes nothing of them.
        while has_options && take_line(&mut body)?.is_some() {}
        push.pack = body;
        Some(push)
    }

    /// Whether its pack holds anything. Git sends an empty one where all that it needs is there already.
    pub(crate) fn brings_objects(&self) -> bool {
        !self.pack.is_empty() && self.pack.get(8..12) != Some(&[0; 4])
    }

    /// What the pusher is told.
    pub(crate) fn answer(&self, report: &PushReport) -> Vec<u8> {
        let mut text = Vec::new();
        if !self.wants_report || self.commands.is_empty() {
            return text;
        }
        let unpacked = report.unpack_error.as_deref().unwrap_or("ok");
        add_line(&mut text, format!("unpack {unpacked}\n").as_bytes());
        for (reference, refused) in &report.refs {
            let line = match refused {
                None => format!("ok {reference}\n"),
                Some(why) => format!("ng {reference} {why}\n"),
            };
            add_line(&mut text, line.as_bytes());
        }
        text.extend(FLUSH);
        if !self.has_bands {
            return text;
        }
        let mut banded = Vec::new();
        add_band(&mut banded, 2, report.messages.as_bytes());
        add_band(&mut banded, 1, &text);
        banded.extend(FLUSH);
        banded
    }
}

/// The object of 40 digits; all zeros are none.
fn object(digits: &str) -> Option<Option<Oid>> {
    let id = Oid::from_str(digits).ok().filter(|_| digits.len() == 40)?;
    Some(if id.is_zero() { None } else { Some(id) })
}

#[cfg(test)]
mod tests {
    use git2::Oid;

    use super::super::pkt_line::{FLUSH, add_line};
    use super::{PushReport, PushRequest, RefCommand};

    const ZERO: &str = "0000000000000000000000000000000000000000";
    const ONE: &str = "1111111111111111111111111111111111111111";

    fn body(lines: &[&str]) -> Vec<u8> {
        let mut body = Vec::new();
        lines.iter().for_each(|line| add_line(&mut body, line.as_bytes()));
        body.extend(FLUSH);
        body
    }

    #[test]
    fn a_push_says_which_refs_move_and_what_it_wants() {
        let begin = format!("{ZERO} {ONE} refs/heads/a\0 report-status side-band-64k atomic agent=git/2");
        let end = format!("{ONE} {ZERO} refs/heads/b");
        let mut body = body(&[&begin, &end]);
        body.extend(b"PACK");
        let push = PushRequest::parse(&body).unwrap();
        let one = Some(Oid::from_str(ONE).unwrap());
        let command = |reference: &str, old, new| RefCommand { reference: reference.into(), old, new };
        assert_eq!(push.commands, [command("refs/heads/a", None, one), command("refs/heads/b", one, None)]);
        assert_eq!((push.is_atomic, push.pack), (true, &b"PACK"[..]));
        let report = PushReport {
            unpack_error: None,
            refs: vec![("refs/heads/a".into(), None), ("refs/heads/b".into(), Some("no".into()))],
            messages: "why\n".into(),
        };
        let told = String::from_utf8(push.answer(&report)).unwrap();
        let inner = "000eunpack ok\n0014ok refs/heads/a\n0017ng refs/heads/b no\n0000";
        assert_eq!(told, format!("0009\u{2}why\n{:04x}\u{1}{inner}0000", inner.len() + 5));
    }

    #[test]
    fn options_stand_between_commands_and_pack() {
        let mut push = body(&[&format!("{ZERO} {ONE} refs/heads/a\0 report-status push-options")]);
        push.extend(body(&["ci.skip", "reviewer=ada"]));
        push.extend(b"PACK");
        assert_eq!(PushRequest::parse(&push).map(|push| push.pack), Some(&b"PACK"[..]));
    }

    #[test]
    fn what_is_no_push_is_not_read_as_one() {
        for wrong in [
            body(&["refs/heads/a"]),
            body(&["1 2 refs/heads/a"]),
            body(&[&format!("{ZERO} {ONE}")]),
            b"0032".to_vec(),
            Vec::new(),
        ] {
            assert_eq!(PushRequest::parse(&wrong), None);
        }
        assert_eq!(
            PushRequest::parse(FLUSH).map(|push| push.commands.len()),
            Some(0),
            "git asks whether it may"
        );
    }
}
