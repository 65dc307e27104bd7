//! Proxies that the environment names.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;

/// Runs `test`, a test of the calling program by its full name, in a process whose environment names a proxy for every
/// protocol, and looks whether it passes and the proxy hears nothing.
///
/// # Panics
/// When the test does not pass there, or not exactly one has this name, or the proxy was asked.
#[track_caller]
pub fn assert_proxies_are_not_asked(test: &str) {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", proxy.local_addr().expect("an address"));
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let child = Command::new(std::env::current_exe().expect("this program"))
        .args([test, "--exact"])
        .envs(names.map(|name| (name, &address)))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .expect("this program runs");
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    proxy.set_nonblocking(true).expect("a listener that does not wait");
    assert_eq!(proxy.accept().map(drop).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
}
