//! Opening the consent page.

use std::process::{Command, Stdio};

/// Hands the link to the desktop. A link is https (or loopback http) and holds no blank and no quote; where there is no
/// desktop nothing happens, for the link stands on the terminal too.
pub(super) fn open(link: &str) {
    let (program, arguments): (_, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        // `start` would have the shell read the `&` of a link.
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(link).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        // Whoever started it reaps it.
        std::thread::spawn(move || drop(child.wait()));
    }
}
