//! Pictures that are in the pages, so that nothing is loaded for them. Each is beside words that say the same.

/// One shape for each status, so that colour alone says nothing: an empty ring, a half-filled one, a shield with a tick.
pub(super) const SHAPES: [&str; 3] = [
    r#"<svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/></svg>"#,
    r#"<svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/><path class="fill" d="M12 3a9 9 0 0 1 0 18z"/></svg>"#,
    r#"<svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2.5l8 3v6c0 5-3.5 8.5-8 10-4.5-1.5-8-5-8-10v-6z"/><path d="M8 12l3 3 5-6"/></svg>"#,
];

/// What is shared, what is kept back, how long it lasts, and a person.
pub(super) const ICONS: [(&str, &str); 4] = [
    (
        "shared",
        r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/><path d="M8 12.5l2.5 2.5 5-5.5"/></svg>"#,
    ),
    (
        "kept",
        r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/></svg>"#,
    ),
    (
        "lasts",
        r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/></svg>"#,
    ),
    (
        "person",
        r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="3.5"/><path d="M5 20c.5-4 3.5-6 7-6s6.5 2 7 6"/></svg>"#,
    ),
];
