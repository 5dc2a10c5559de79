//! The pages in real browsers, Chromium above all: embedded in a site of another origin, as a window of their own, and without script.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails by panicking

mod axe;
mod browser;
mod page;
mod people;
mod pictures;
mod site;

mod accessibility;
mod devices;
mod element;
mod embedding;
mod engines;
mod family;
mod first_screen;
mod gallery;
mod gate;
mod hand_over;
mod keyboard;
mod large_text;
mod loading;
mod npm;
mod own_page;
mod popup;
mod refusals;
mod security;
mod verify;
