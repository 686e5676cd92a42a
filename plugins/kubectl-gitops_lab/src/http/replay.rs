//! A running replay: what a command or a test holds in its hand.

use std::net::Ipv4Addr;
use std::sync::Arc;

use base64::Engine;
use gitops_core::wire::Secret;
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;

use super::certificate::ServerIdentity;
use super::clock::{Clock, Time};
use super::error::ServingError;
use super::playback::Playback;
use super::random::random;
use super::replay_routes::Recorded;
use super::server::serve;
use crate::kubernetes::known;
use crate::recording::{RecordedCluster, Shift, Timeline};

/// How a timeline is played.
#[derive(Clone, Copy, Debug)]
pub struct ReplayOptions {
    /// The second of the timeline at which the replay begins; everything before it has happened.
    pub at: f64,
    /// What time it is then: recorded times are moved accordingly.
    pub start: Timestamp,
    /// What moves it.
    pub pace: Pace,
}

/// What moves a replay.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// The clock, so many times as fast as recorded.
    Clock {
        /// More than 0.
        speed: f64,
    },
    /// [`Replay::advance_to`] alone: for tests, which need no sleeping.
    ByHand,
}

/// A recorded timeline, served as a Kubernetes API until it is dropped. It is served by tasks of the runtime
/// that [`Replay::start`] was called in: a test that runs a program against it must not block that runtime.
#[derive(Debug)]
pub struct Replay {
    timeline: Arc<Timeline>,
    playback: Arc<Playback>,
    shift: Shift,
    time: Arc<Time>,
    url: String,
    authority: String,
    token: Secret,
    /// Ends the server and the clock with the replay.
    _tasks: JoinSet<()>,
}

impl Replay {
    /// Serves `timeline` on a free port of 127.0.0.1.
    pub async fn start(timeline: Timeline, options: ReplayOptions) -> Result<Self, ServingError> {
        let speed = match options.pace {
            Pace::Clock { speed } => speed,
            Pace::ByHand => 1.0,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let identity = ServerIdentity::generate(&provider)?;
        let token = random(&provider)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("https://{}", listener.local_addr()?);

        let shift = Shift::new(&timeline, options.at, options.start, speed);
        let playback = Arc::new(Playback::at(&timeline, options.at));
        let time = Arc::new(match options.pace {
            // Recorded times are compressed with the pace, so the replay's own clock keeps the machine's.
            Pace::Clock { .. } => Time::running(options.start, 1.0),
            Pace::ByHand => Time::of(Clock::Stepped(options.start)),
        });
        let served = Recorded {
            world: Arc::new(RecordedCluster::new(&timeline, &shift, &known())),
            positions: playback.follow(),
            time: Arc::clone(&time),
            token: token.clone(),
            acceptor: identity.server,
        };
        let timeline = Arc::new(timeline);
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Arc::new(served)));
        if let Pace::Clock { speed } = options.pace {
            let (playback, timeline) = (Arc::clone(&playback), Arc::clone(&timeline));
            tasks.spawn(async move { playback.play(&timeline, options.at, speed).await });
        }
        Ok(Self {
            timeline,
            playback,
            shift,
            time,
            url,
            authority: identity.authority,
            token: Secret::new(&token),
            _tasks: tasks,
        })
    }

    /// Lets everything happen up to second `second` of the timeline, that second included. It never goes back.
    pub fn advance_to(&self, second: f64) {
        self.time.set(self.shift.of_second(second).max(self.time.now()));
        self.playback.advance(self.timeline.position_at(second));
    }

    /// What time it is at second `second` of the timeline.
    pub fn time_at(&self, second: f64) -> Timestamp {
        self.shift.of_second(second)
    }

    /// What is played.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// `https://127.0.0.1:<port>`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bearer token that requests must carry.
    pub fn token(&self) -> &str {
        self.token.expose()
    }

    /// The certificate authority to trust, PEM.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// A kubeconfig with one context, `replay`, in the timeline's namespace. JSON, which is YAML.
    pub fn kubeconfig(&self) -> String {
        let authority = base64::engine::general_purpose::STANDARD.encode(&self.authority);
        let kubeconfig = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{
                "name": "replay",
                "cluster": {"server": self.url, "certificate-authority-data": authority},
            }],
            "users": [{"name": "replay", "user": {"token": self.token.expose()}}],
            "contexts": [{
                "name": "replay",
                "context": {
                    "cluster": "replay",
                    "user": "replay",
                    "namespace": self.timeline.namespace,
                },
            }],
            "current-context": "replay",
        });
        format!("{kubeconfig:#}\n")
    }

    /// How many entries have been played, and every change of it.
    pub(crate) fn positions(&self) -> Receiver<usize> {
        self.playback.follow()
    }
}
