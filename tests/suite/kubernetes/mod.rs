//! The Kubernetes client beside stock kubectl: it connects where kubectl connects and refuses where kubectl refuses.

mod credentials;
mod logs;
mod stock_kubectl;
mod writing;
