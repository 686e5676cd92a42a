//! The Kubernetes client beside stock kubectl: it connects where kubectl connects and refuses where kubectl refuses.

pub(crate) mod certificates;
mod comparison;
mod connections;
mod credentials;
mod flux_configs;
mod http2;
mod logs;
mod proxies;
mod proxy_server;
mod retries;
mod stock_kubectl;
mod tls;
mod watches;
mod writing;
