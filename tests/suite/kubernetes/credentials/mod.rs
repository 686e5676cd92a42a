//! Who asks: every way to sign in, with our program and beside stock kubectl with the same home and variables.

mod case;
mod client_certificates;
mod kubeconfigs;
mod kuberc;
mod plain_http;
mod plugins;
mod renewal;
mod signals;
mod users;
