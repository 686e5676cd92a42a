//! What the worlds share: TLS roots, proxies, the transport and its one retry policy, the clock, secrets, programs.

mod base_url;
mod clock;
mod configured;
mod host_clients;
mod loss;
mod no_proxy;
mod program;
mod proxies;
mod proxy;
mod resolver;
pub mod retry;
mod roots;
mod secret;
mod server_clock;
mod server_verifier;
mod shared_connector;
mod transport;

pub(crate) use base_url::BaseUrl;
pub use clock::Clock;
pub use configured::{Configured, ValueSource};
pub(crate) use loss::TimedOut;
pub use loss::{Cause, Loss};
pub use program::is_program;
pub use proxies::{PROXY_VARIABLES, Proxies};
pub use proxy::{Proxy, ProxyError, ProxyScheme};
pub(crate) use resolver::Resolver;
pub use roots::{Roots, RootsError};
pub use secret::Secret;
pub use server_clock::{ServerClock, ServerTime, Skew};
pub(crate) use server_verifier::{ServerTrust, ServerVerifier};
pub(crate) use shared_connector::SharedConnector;
pub use transport::{Settings, Transport, TransportError};
