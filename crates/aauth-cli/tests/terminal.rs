//! `fetch` on a terminal: the command runs under a pseudo-terminal, and what its screen shows is compared.
//!
//! The captures in `docs/terminal` are checked; with `UPDATE_CAPTURES=1` they are written anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::disallowed_methods,
    dead_code,
    unreachable_pub
)]
#![cfg(unix)]

mod support;

use std::path::PathBuf;

use support::svg::svg;
use support::terminal::{Screen, Terminal};
use support::world::{LINK, World};

const UTF8: (&str, &str) = ("LANG", "C.UTF-8");
const ASCII: (&str, &str) = ("LANG", "C");
const PLAIN: (&str, &str) = ("NO_COLOR", "1");

fn waiting(screen: &Screen) -> bool {
    screen.contents().contains("waiting for consent") && screen.contents().contains("7R6X-KPRP")
}

/// Name, rows and columns, environment, and whether the picture fits.
type Kind<'a> = (&'a str, (u16, u16), &'a [(&'a str, &'a str)], bool);

const SCREENS: [Kind<'_>; 8] = [
    ("80-colour-utf8", (30, 80), &[UTF8], true),
    ("80-plain-utf8", (30, 80), &[UTF8, PLAIN], true),
    ("80-colour-ascii", (24, 80), &[ASCII], false),
    ("80-plain-ascii", (60, 80), &[ASCII, PLAIN], true),
    ("40-colour-utf8", (24, 40), &[UTF8], false),
    ("40-plain-utf8", (50, 40), &[UTF8, PLAIN], true),
    ("40-colour-ascii", (24, 40), &[ASCII], false),
    ("40-plain-ascii", (24, 40), &[ASCII, PLAIN], false),
];

#[test]
fn every_screen_shows_the_link_whole_the_code_in_groups_and_the_picture_where_it_fits() {
    for (name, size, environment, picture) in SCREENS {
        let world = World::new();
        let mut terminal = Terminal::start(&world.args(&[]), size, environment);
        let screen = terminal.wait(waiting);
        let text = screen.contents();
        assert!(text.contains(&format!("\n{LINK}\n")), "{name}:\n{text}");
        // Only the link may go beyond the last column; the terminal wraps it, and copies it as one line.
        let wrapped: Vec<_> = (0..size.0).filter(|row| screen.row_wrapped(*row)).collect();
        let expected = if LINK.len() > size.1.into() { vec![2 + u16::from(size.1 < 52)] } else { Vec::new() };
        assert_eq!(wrapped, expected, "{name}:\n{text}");
        let edge = |line: &&str| line.contains(&"\u{2588}".repeat(33)) || line.contains(&"#".repeat(66));
        assert_eq!(text.lines().any(|line| edge(&line)), picture, "{name}:\n{text}");
        let cells = || (0..size.0).flat_map(|row| (0..size.1).map(move |column| (row, column)));
        let coloured =
            cells().any(|(row, column)| screen.cell(row, column).unwrap().fgcolor() != vt100::Color::Default);
        assert_eq!(coloured, !environment.contains(&PLAIN), "{name}");
        assert_eq!(text.is_ascii(), environment.contains(&ASCII), "{name}");
        check(&format!("{name}.txt"), &still(&text));
        if name == "80-colour-utf8" {
            check("waiting.svg", &still(&svg(&screen)));
        }
    }
}

#[test]
fn an_interruption_takes_the_request_back_and_leaves_the_terminal_as_it_was() {
    let world = World::new();
    let mut terminal = Terminal::start(&world.args(&[]), (30, 80), &[UTF8]);
    terminal.wait(waiting);
    terminal.send("\u{3}");
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(130));
    assert!(world.heard("DELETE /pending/1"));
    assert!(screen.contents().contains("taking the request back after"), "{}", screen.contents());
    assert!(!screen.hide_cursor() && !screen.alternate_screen() && !screen.bracketed_paste());
    assert_eq!(screen.cursor_position().1, 0);
}

#[test]
fn the_live_line_follows_and_a_question_is_answered_at_the_prompt() {
    let world = World::new();
    let mut terminal = Terminal::start(&world.args(&[]), (40, 80), &[UTF8]);
    terminal.wait(waiting);
    world.answer(202, r#"{"status":"interacting"}"#);
    terminal.wait(|screen| screen.contents().contains("the person is on the page"));
    world.answer(202, r#"{"status":"interacting","clarification":"\u001b[2Jwhy \u202eso?"}"#);
    let screen = terminal.wait(|screen| screen.contents().trim_end().ends_with("Your answer:"));
    assert!(
        screen.contents().contains("The person asks:\n[2Jwhy so?\n\nYour answer:"),
        "{}",
        screen.contents()
    );
    // The page above is still there: the question steered nothing.
    assert!(screen.contents().contains(LINK));
    terminal.send("because\n");
    world.answer(202, r#"{"status":"interacting"}"#);
    world.grant();
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0));
    let (_, after) = screen
        .contents()
        .split_once("Your answer: because\n")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    assert_eq!(still(&after), "granted after 0:00\nthe data");
    let answer = world.log.all().into_iter().find(|seen| seen.line() == "POST /pending/1").unwrap();
    assert_eq!(String::from_utf8_lossy(&answer.body), r#"{"clarification_response": "because"}"#);
}

#[test]
fn each_refusal_is_the_last_thing_on_the_live_line() {
    let rows = [
        (403, r#"{"error":"denied"}"#, "denied after 0:00\naauth: denied: the request was refused (denied)"),
        (
            408,
            r#"{"error":"expired"}"#,
            "expired after 0:00\naauth: expired: nobody consented in time (expired)",
        ),
    ];
    for (status, body, expected) in rows {
        let world = World::new();
        let mut terminal = Terminal::start(&world.args(&[]), (30, 80), &[UTF8]);
        terminal.wait(waiting);
        world.answer(status, body);
        let (code, screen) = terminal.end();
        assert_eq!(code, Some(1));
        assert!(still(&screen.contents()).ends_with(expected), "{}", screen.contents());
    }
}

#[test]
fn a_dumb_terminal_gets_no_escape() {
    let world = World::new();
    let mut terminal = Terminal::start(&world.args(&[]), (30, 80), &[UTF8, ("TERM", "dumb")]);
    terminal.wait(waiting);
    world.grant();
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0));
    assert!(!terminal.sent().contains(&0x1b));
    assert!(still(&screen.contents()).ends_with("granted after 0:00\nthe data"), "{}", screen.contents());
}

#[test]
fn a_trace_on_a_terminal_steers_nothing() {
    let world = World::new();
    let mut terminal = Terminal::start(&world.args(&["--trace"]), (400, 80), &[UTF8]);
    terminal.wait(waiting);
    world.grant();
    let (code, screen) = terminal.end();
    assert_eq!(code, Some(0));
    assert!(screen.contents().contains("x-note: ab\n"), "{}", screen.contents());
}

#[test]
fn the_browser_is_opened_with_the_link_when_that_is_wanted() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    let (program, opened) = (world.path("xdg-open"), world.path("opened"));
    std::fs::write(
        &program,
        format!("#!/bin/sh\nprintf %s \"$1\" > {opened}.new\nmv {opened}.new {opened}\n"),
    )
    .unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:{}", world.path(""), std::env::var("PATH").unwrap());
    let mut terminal = Terminal::start(&world.args(&["--open"]), (30, 80), &[UTF8, ("PATH", &path)]);
    terminal.wait(waiting);
    let link = (0..600).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        std::fs::read_to_string(&opened).ok()
    });
    assert_eq!(link.as_deref(), Some(LINK));
}

/// Times stand still.
fn still(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let live = ["waiting for consent ", " after "].iter().any(|words| line.contains(words));
        let times = |word: &str| {
            let (word, comma) = word.strip_suffix(',').map_or((word, ""), |word| (word, ","));
            match word.split_once(':') {
                Some(("14" | "15", _)) => format!("15:00{comma}"),
                Some(("0", _)) => format!("0:00{comma}"),
                _ => [word, comma].concat(),
            }
        };
        match live {
            true => out.push_str(
                &line
                    .split(' ')
                    .map(|word| {
                        let (word, end) = word.strip_suffix('\n').map_or((word, ""), |word| (word, "\n"));
                        times(word) + end
                    })
                    .collect::<Vec<_>>()
                    .join(" "),
            ),
            false => out.push_str(line),
        }
    }
    out
}

fn check(name: &str, found: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/terminal").join(name);
    let found = format!("{}\n", found.trim_end());
    if std::env::var_os("UPDATE_CAPTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), found, "docs/terminal/{name}");
}
