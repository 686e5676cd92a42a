//! Reads a log, and goes on after a cut. A container that ends ends its log; a connection that ends does not.

use std::pin::Pin;
use std::time::Duration;

use futures::stream::BoxStream;
use futures::{AsyncBufRead, AsyncBufReadExt, StreamExt};
use http::Request;

use super::error::LogError;
use super::position::Position;
use crate::kubernetes::connect::Connection;
use crate::kubernetes::resource::segment;

/// Pauses before a log that was cut is asked for again; after the last one it is given up.
const PAUSES: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// Which lines are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// Waits for more until the container ends.
    pub follow: bool,
    /// The last lines alone, so many.
    pub tail_lines: Option<u64>,
    /// Those of the container before its last restart.
    pub previous: bool,
}

/// One log that is being read.
struct Reading {
    connection: Connection,
    path: String,
    title: String,
    options: LogOptions,
    position: Position,
    body: Option<Pin<Box<dyn AsyncBufRead + Send>>>,
    /// Cuts since the last line.
    cuts: usize,
    is_over: bool,
}

impl Connection {
    /// The lines of a container's log, without their line ends, as they are written: a terminal must not be handed
    /// them unchecked. After an error there are no more.
    pub fn logs(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
        options: LogOptions,
    ) -> BoxStream<'static, Result<String, LogError>> {
        let reading = Reading {
            connection: self.clone(),
            path: format!(
                "/api/v1/namespaces/{}/pods/{}/log?container={}&timestamps=true",
                segment(namespace),
                segment(pod),
                segment(container)
            ),
            title: format!("{namespace}/{pod}/{container}"),
            options,
            position: Position::default(),
            body: None,
            cuts: 0,
            is_over: false,
        };
        futures::stream::unfold(reading, |mut reading| async move {
            let line = reading.next().await?;
            reading.is_over |= line.is_err();
            Some((line, reading))
        })
        .boxed()
    }
}

impl Reading {
    /// The next line; nothing when there are no more.
    async fn next(&mut self) -> Option<Result<String, LogError>> {
        while !self.is_over {
            let line = match self.read_line().await {
                Ok(line) => line,
                Err(error) if error.is_final() || self.cuts >= PAUSES.len() => return Some(Err(error)),
                Err(error) => {
                    tracing::debug!("{error}; reading on");
                    self.body = None;
                    self.position.rewind();
                    tokio::time::sleep(PAUSES[self.cuts]).await;
                    self.cuts += 1;
                    continue;
                }
            };
            let text = self.position.take(&line?);
            if let Some(text) = text {
                self.cuts = 0;
                return Some(Ok(text));
            }
        }
        None
    }

    /// A line as it is sent; nothing at the end.
    async fn read_line(&mut self) -> Result<Option<String>, LogError> {
        let body = match &mut self.body {
            Some(body) => body,
            None => {
                let body = self.begin().await?;
                self.body.insert(body)
            }
        };
        let mut line = Vec::new();
        let read = body.read_until(b'\n', &mut line).await;
        // What a cut leaves of a line is sent again whole.
        read.map_err(|_| self.lost("the connection was cut"))?;
        if line.is_empty() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned()))
    }

    async fn begin(&mut self) -> Result<Pin<Box<dyn AsyncBufRead + Send>>, LogError> {
        let mut uri = self.path.clone();
        if self.options.follow {
            uri += "&follow=true";
        }
        if self.options.previous {
            uri += "&previous=true";
        }
        match (self.position.since_time(), self.options.tail_lines) {
            (Some(time), _) => uri += &format!("&sinceTime={}", time.replace(':', "%3A")),
            (None, Some(lines)) => uri += &format!("&tailLines={lines}"),
            (None, None) => {}
        }
        let request = Request::get(uri).body(Vec::new()).map_err(|_| self.lost("a name is none"))?;
        let stream = self.connection.client.request_stream(request).await;
        let stream = stream.map_err(|error| LogError::of(self.title.clone(), &error))?;
        Ok(Box::pin(stream))
    }

    fn lost(&self, why: &str) -> LogError {
        LogError::Lost { container: self.title.clone(), why: why.to_owned() }
    }
}
