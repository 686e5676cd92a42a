//! The Kubernetes client beside stock kubectl: it connects where kubectl connects and refuses where kubectl refuses.

mod credentials;
mod stock_kubectl;
