//! The stream of pictures: a new one whenever the verdict changes, and only then.
//!
//! Every scope is watched by itself, so the changes of one cause arrive a moment apart; the verdict is taken
//! when they have come to rest, and once a second for what time alone decides.

use std::time::Duration;

use futures::Stream;
use futures::future::{join, join_all, select_all};
use tokio::time::Instant;

use super::azure_poll::AzurePoll;
use super::cluster_watch::ClusterWatch;
use super::github_poll::GithubPoll;
use crate::flow::context::Context;
use crate::flow::selector::EnvironmentSelector;
use crate::flow::status::{ObservedClusters, add_flags, begin_selected, combine, finish};
use crate::model::verdict::Picture;
use crate::model::{Failure, Unanswered, World};

/// Changes of one cause arrive within this long of each other.
const REST: Duration = Duration::from_millis(100);
/// However much changes, the verdict is taken this often.
const UNREST: Duration = Duration::from_millis(400);
/// For what time alone decides.
const TICK: Duration = Duration::from_secs(1);

/// When the next picture is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// When the verdict has changed.
    OnChange,
    /// When the verdict has changed, and each second, for whoever shows ages and since when something was not heard.
    EachSecond,
}

/// Follows the selected environments for ever: the picture now, and again as often as `cadence` says.
///
/// # Errors
/// As [`crate::flow::status`], before the first picture. Afterwards whatever happens is part of a picture.
pub async fn follow<'a>(
    context: &'a Context,
    selector: &EnvironmentSelector,
    cadence: Cadence,
) -> Result<impl Stream<Item = Picture> + use<'a>, Box<dyn Failure>> {
    let mut observed = begin_selected(context, selector).await?;
    let mut github = GithubPoll::new(context.github().clone(), selector.clone());
    let mut azure = AzurePoll::new(context.azure().clone(), selector.clone(), context.github().host());
    if let Some(early) = observed.early_picture(context, selector) {
        github.begin(&early);
        azure.begin(&early);
    }
    observed.complete().await;
    let mut first = observed.picture(context, selector)?;
    join(github.ask_first(&first), azure.ask_first(&first)).await;
    github.join(&mut first).await;
    azure.join(&mut first).await;
    if let Some(error) = github.missing_revision().or_else(|| selector.missing(&first)) {
        return Err(observed.add_flags_to(error));
    }
    finish(context, selector, &mut first);
    add_flags(&mut first, observed.clusters.iter().map(|cluster| &cluster.connection));
    let ObservedClusters { clusters, unconnected } = observed;
    let selector = selector.clone();
    let watches = clusters.into_iter().map(|cluster| ClusterWatch::new(cluster, context));
    let watches = watches.collect();
    let (last, first) = (None, Some(first));
    let pictures = Pictures { context, selector, cadence, watches, unconnected, github, azure, last, first };
    Ok(futures::stream::unfold(pictures, |mut pictures| async move {
        let picture = Box::pin(pictures.next()).await;
        Some((picture, pictures))
    }))
}

struct Pictures<'a> {
    context: &'a Context,
    watches: Vec<ClusterWatch>,
    selector: EnvironmentSelector,
    cadence: Cadence,
    /// Clusters that nobody can sign in at.
    unconnected: Vec<Unanswered>,
    github: GithubPoll,
    azure: AzurePoll,
    /// The fingerprint of the picture that was given last.
    last: Option<String>,
    /// The picture that the stream begins with.
    first: Option<Picture>,
}

impl Pictures<'_> {
    async fn next(&mut self) -> Picture {
        if let Some(picture) = self.first.take() {
            self.last = Some(fingerprint(&picture));
            self.watches.iter_mut().for_each(ClusterWatch::start_watches);
            return picture;
        }
        loop {
            if self.settle().await {
                self.watches.iter_mut().for_each(ClusterWatch::start_watches);
            }
            let mut picture = self.picture().await;
            if self.is_news(&picture) && self.confirm_missing().await {
                picture = self.picture().await;
            }
            let fingerprint = fingerprint(&picture);
            if self.cadence == Cadence::EachSecond || self.last.as_ref() != Some(&fingerprint) {
                self.last = Some(fingerprint);
                return picture;
            }
        }
    }

    fn is_news(&self, picture: &Picture) -> bool {
        self.last.as_ref() != Some(&fingerprint(picture))
    }

    /// What is known now, of all clusters, of GitHub and of Azure.
    async fn picture(&mut self) -> Picture {
        let context = self.context;
        let judged: Vec<_> = self.watches.iter_mut().map(|watch| watch.judged(context)).collect();
        let without = self.selector.without_clusters(context.now());
        let mut picture = match combine(judged.into_iter(), &self.unconnected, without) {
            Ok(picture) => picture,
            Err(_) => self.all_pictures(),
        };
        self.complete(&mut picture).await;
        picture
    }

    /// Leaves what is selected, adds what GitHub and Azure answered, and makes every command act on its cluster.
    async fn complete(&mut self, picture: &mut Picture) {
        self.selector.narrow(picture);
        self.add_others(picture).await;
    }

    /// Adds what GitHub and Azure answered by now, and makes every command act on its cluster.
    async fn add_others(&mut self, picture: &mut Picture) {
        self.github.join(picture).await;
        self.azure.join(picture).await;
        finish(self.context, &self.selector, picture);
        add_flags(picture, self.watches.iter().map(ClusterWatch::connection));
    }

    /// What is known of every cluster, where none has anything to say of the selection any more.
    fn all_pictures(&mut self) -> Picture {
        let mut pictures = self.watches.iter_mut().map(|watch| watch.picture(self.context));
        let mut picture = pictures.next().expect("a selector names a cluster");
        pictures.for_each(|other| picture.merge(other));
        picture
    }

    async fn confirm_missing(&mut self) -> bool {
        let context = self.context;
        let confirmed = self.watches.iter_mut().map(async |watch| {
            let picture = watch.picture(context);
            watch.confirm_missing(&picture).await
        });
        join_all(confirmed).await.contains(&true)
    }

    /// Takes changes until they rest, or a second has passed. Whether an answer is another now.
    async fn settle(&mut self) -> bool {
        let clock = self.context.clock().clone();
        let mut tick = std::pin::pin!(clock.sleep(TICK));
        // What is silent is read again by the machine's own time, as whatever belongs to the network alone.
        let mut repair = std::pin::pin!(tokio::time::sleep(TICK));
        let (mut resting, mut latest): (Option<Instant>, Option<Instant>) = (None, None);
        loop {
            let has_changed = tokio::select! {
                has_changed = next(&mut self.watches) => has_changed,
                () = rest(resting) => break,
                () = &mut tick, if resting.is_none() => break,
                () = &mut repair, if resting.is_none() => break,
            };
            if has_changed {
                let latest = *latest.get_or_insert_with(|| Instant::now() + UNREST);
                resting = Some((Instant::now() + REST).min(latest));
            }
        }
        self.watches.iter_mut().for_each(ClusterWatch::repair);
        resting.is_some()
    }
}

/// The next change of any cluster.
async fn next(watches: &mut [ClusterWatch]) -> bool {
    if watches.is_empty() {
        return std::future::pending().await;
    }
    select_all(watches.iter_mut().map(|watch| Box::pin(watch.next()))).await.0
}

async fn rest(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

/// What must differ for a picture to be news: messages and ages come and go with every retry.
fn fingerprint(picture: &Picture) -> String {
    let environments = picture.environments.iter().map(|environment| environment.fingerprint());
    let unanswered = picture.unanswered.iter().map(|unanswered| match unanswered.world {
        World::Cluster => format!("{:?} {:?}", unanswered.cluster, unanswered.what),
        World::Github | World::Azure => format!("{unanswered:?}"),
    });
    let remarks = picture.remarks.iter().map(|remark| remark.reason.to_string());
    let lost = picture.lost_contacts.iter().map(|lost| format!("{} {:?}", lost.cluster, lost.hint));
    environments.chain(unanswered).chain(remarks).chain(lost).collect::<Vec<_>>().join("\n")
}
