//! The table that a program prints.
#![allow(clippy::print_stdout)] // it is what these programs are for

use crate::contest::Quartiles;

/// The first two lines.
pub fn heading() {
    println!("what | target | median | quartiles");
    println!("---|---|---|---");
}

/// A line with what several rounds gave.
pub fn ratio(what: &str, target: &str, Quartiles { low, median, high }: Quartiles) {
    println!("{what} | {target} | {median:.3} | {low:.3} to {high:.3}");
}

/// A line with one figure.
pub fn figure(what: &str, target: &str, figure: f64) {
    if figure < 100.0 {
        println!("{what} | {target} | {figure:.2} |");
    } else {
        println!("{what} | {target} | {figure:.0} |");
    }
}
