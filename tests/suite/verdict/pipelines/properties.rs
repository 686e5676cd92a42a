//! Properties that hold whatever GitHub answers: nothing panics, it ends, the order of answers decides nothing, and what
//! GitHub adds never hides a failure.

use gitops_core::model::upstream::{
    GithubAnswer, GithubAnswers, GithubQuestion, GithubScope, join, upstreams, wanted_questions,
};
use gitops_core::model::verdict::{Picture, Standing};
use proptest::prelude::*;
use serde_json::json;

use super::super::least::{condition, kustomization, with};
use super::scene::{APPLIED, NEW_SOURCE, SOURCE, Scene, commit, pull, run};

/// What a run may be, and what it may not.
const STATES: [&str; 9] = [
    "queued",
    "waiting",
    "in_progress",
    "success",
    "failure",
    "cancelled",
    "timed_out",
    "skipped",
    "\u{1b}[2J",
];

/// A pipeline in which anything may have happened.
fn scenes() -> impl Strategy<Value = Scene> {
    let runs = prop::collection::vec((0..5usize, 0..STATES.len(), any::<String>(), 0..90i64), 0..6);
    let texts = (any::<String>(), any::<String>(), any::<String>());
    (runs, texts, any::<[bool; 6]>(), 0..3usize).prop_map(|(runs, texts, flags, standing)| {
        let (hold, link, message) = texts;
        let names = ["ci", "deploy", "post-deployment", "notify-on-pr", "notify-on-config-change"];
        let mut scene = Scene::with(|scene| {
            scene.newest = commit(NEW_SOURCE, &message, 5);
            for (id, (name, state, title, minutes)) in runs.into_iter().enumerate() {
                let repository = if name == 3 { "hello-gitops" } else { "hello" };
                let commit = if name == 3 { APPLIED } else { NEW_SOURCE };
                let title = if flags[0] { format!("deploy dev {commit} {title}") } else { title };
                let number = 100 + id as u64;
                let run = run(number, names[name], &title, commit, STATES[state], minutes);
                scene.runs.entry(repository).or_default().push(run);
                scene
                    .jobs
                    .insert(number, json!({"name": message, "status": "completed", "conclusion": "failure"}));
                scene.pending.insert(number, json!({"environment": {"name": link}}));
            }
            if flags[1] {
                scene.pulls.insert("dev", vec![pull(43, SOURCE, "abcdef0abcdef0", 3)]);
            }
            scene.environments.entry("dev").or_default().insert("HOLD".to_owned(), hold);
            scene.environments.entry("qa").or_default().insert("NEXT_ENVIRONMENT".to_owned(), link);
            scene.has_older_runs = flags[2];
            if flags[3] {
                scene.statuses.clear();
            }
            scene.revision = flags[4].then_some("2b2b2b2");
        });
        match standing {
            0 => scene = scene.undeployed(),
            1 => {
                let broken = condition("Ready", "False", "BuildFailed", 60);
                scene.objects[1] = with(kustomization(), &[("/status/conditions", json!([broken]))]);
            }
            _ => {}
        }
        scene
    })
}

/// Answers of which some never come, some are refused, and some are about something else.
fn answer(scene: &Scene, question: &GithubQuestion, luck: u8) -> GithubAnswer {
    match luck % 12 {
        0 => GithubAnswer::Absent,
        1 => GithubAnswer::Refused("not allowed".to_owned()),
        2 => GithubAnswer::Failed("GitHub failed with 502".to_owned()),
        3 => GithubAnswer::RateLimited { until: None, is_secondary: true },
        4 => GithubAnswer::Text("../../\u{1b}[2J; reboot".to_owned()),
        5 => GithubAnswer::Present,
        _ => scene.answer(question),
    }
}

/// A number that belongs to a question, whenever it is asked.
fn luck_of(question: &GithubQuestion, seed: u8) -> u8 {
    question.to_string().bytes().fold(seed, |luck, byte| luck.wrapping_mul(31).wrapping_add(byte))
}

/// Asks until nothing new is wanted, as `next` chooses among what is wanted.
fn ask(scene: &Scene, scope: &GithubScope, seed: u8, mut next: impl FnMut(usize) -> usize) -> GithubAnswers {
    let mut answers = GithubAnswers::default();
    for _ in 0..500 {
        let wanted = wanted_questions(scope, &answers).into_iter();
        let mut new: Vec<GithubQuestion> =
            wanted.filter(|question| answers.get(question).is_none()).collect();
        if new.is_empty() {
            return answers;
        }
        let question = new.swap_remove(next(new.len()) % new.len());
        let answer = answer(scene, &question, luck_of(&question, seed));
        answers.insert(question, answer);
    }
    panic!("it never ends");
}

fn joined(scene: &Scene, scope: &GithubScope, answers: &GithubAnswers) -> Picture {
    let (mut picture, _) = scene.seen();
    join(&mut picture, scope, &upstreams(scope, answers, None));
    picture
}

fn standings(picture: &Picture) -> Vec<(String, Standing)> {
    let environments = picture.environments.iter();
    environments.map(|environment| (environment.id.to_string(), environment.standing)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_answered_it_ends_and_reaches_no_terminal_raw(scene in scenes(), seed in any::<u8>()) {
        let (_, scope) = scene.seen();
        let answers = ask(&scene, &scope, seed, |_| 0);
        let picture = joined(&scene, &scope, &answers);
        for environment in &picture.environments {
            let remarks = environment.remarks.iter().map(|remark| &remark.message);
            let next = environment.next.iter().map(|next| &next.command);
            let says = environment.evidence.iter().map(|evidence| &evidence.says);
            for text in remarks.chain(next).chain(says).chain([&environment.message]) {
                prop_assert!(!text.chars().any(char::is_control), "{text:?}");
            }
        }
    }

    #[test]
    fn the_order_of_answers_decides_nothing(scene in scenes(), seed in any::<u8>(), order in any::<u64>()) {
        let (_, scope) = scene.seen();
        let first = joined(&scene, &scope, &ask(&scene, &scope, seed, |_| 0));
        let mut state = order | 1;
        let shuffled = ask(&scene, &scope, seed, |count| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % count.max(1)
        });
        prop_assert_eq!(first, joined(&scene, &scope, &shuffled));
    }

    #[test]
    fn more_evidence_never_hides_a_failure(scene in scenes(), seed in any::<u8>(), most in 0..60usize) {
        let (alone, scope) = scene.seen();
        let mut scope = scope;
        scope.revision = None;
        let all = ask(&scene, &scope, seed, |_| 0);
        let wanted = wanted_questions(&scope, &all).into_iter().take(most);
        let some = wanted.filter_map(|question| Some((question.clone(), all.get(&question)?.clone()))).collect();
        for answers in [GithubAnswers::default(), some, all] {
            let after = standings(&joined(&scene, &scope, &answers));
            for (id, standing) in standings(&alone) {
                let now = after.iter().find(|(other, _)| *other == id).map(|(_, standing)| *standing);
                let keeps = matches!(standing, Standing::Failed | Standing::Unknown | Standing::Suspended);
                prop_assert!(!keeps || now == Some(standing), "{id}: {standing} became {now:?}");
                prop_assert!(now.is_some() && now != Some(Standing::Unknown) || standing == Standing::Unknown);
            }
        }
    }
}
