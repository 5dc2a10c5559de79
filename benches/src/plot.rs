//! Cost against size, as an SVG that is legible on light and on dark.

use std::fmt::Write;

/// One line of the plot.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is.
    pub name: &'static str,
    /// A CSS colour.
    pub colour: &'static str,
    /// Whether it is what a way is compared with, which is drawn dashed.
    pub dashed: bool,
    /// People, and nanoseconds for a lookup.
    pub points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 560.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 380.0;
/// Nanoseconds at the bottom and the top of the plot.
const RANGE: (f64, f64) = (100.0, 100_000.0);

/// Draws lines in a plot of which both axes are logarithmic.
pub fn svg(title: &str, lines: &[Line]) -> String {
    let sizes: Vec<f64> = lines[0].points.iter().map(|point| point.0).collect();
    let (first, last) = (sizes[0], sizes[sizes.len() - 1].max(sizes[0] * 1.01));
    let x = |people: f64| LEFT + (RIGHT - LEFT) * (people / first).log10() / (last / first).log10();
    let y = |cost: f64| BOTTOM - (BOTTOM - TOP) * (cost / RANGE.0).log10() / (RANGE.1 / RANGE.0).log10();

    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\" fill=\"#888\" role=\"img\">\n<title>{title}</title>\n"
    );
    for cost in [100.0, 1_000.0, 10_000.0, 100_000.0] {
        let (label, y) = (if cost < 1e3 { format!("{cost} ns") } else { format!("{} µs", cost / 1e3) }, y(cost));
        grid(&mut out, (LEFT, y), (RIGHT, y));
        text(&mut out, (LEFT - 8.0, y + 4.0), "end", &label);
    }
    for people in sizes {
        grid(&mut out, (x(people), TOP), (x(people), BOTTOM));
        text(&mut out, (x(people), BOTTOM + 20.0), "middle", &grouped(people));
    }
    text(&mut out, ((LEFT + RIGHT) / 2.0, BOTTOM + 44.0), "middle", "people in the registry");
    text(&mut out, (LEFT, TOP - 12.0), "start", title);

    let mut label_y = f64::NEG_INFINITY;
    let mut by_height: Vec<&Line> = lines.iter().collect();
    by_height.sort_by(|one, other| end(other).total_cmp(&end(one)));
    for line in by_height {
        let points: Vec<String> =
            line.points.iter().map(|(people, cost)| format!("{:.1},{:.1}", x(*people), y(*cost))).collect();
        let dashes = if line.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        let (points, colour) = (points.join(" "), line.colour);
        writeln!(out, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"{dashes}/>")
            .unwrap();
        // Names stand beside the ends of their lines, and below one another where these are close.
        label_y = y(end(line)).max(label_y + 17.0);
        let (x, y, name) = (RIGHT + 8.0, label_y + 4.0, line.name);
        writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{colour}\">{name}</text>").unwrap();
    }
    out.push_str("</svg>\n");
    out
}

fn end(line: &Line) -> f64 {
    line.points.last().map_or(0.0, |point| point.1)
}

fn grid(out: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    writeln!(out, "<path d=\"M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}\" stroke=\"#888\" stroke-opacity=\"0.35\"/>").unwrap();
}

fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, text: &str) {
    writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>").unwrap();
}

/// 10,000 and so on.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}
