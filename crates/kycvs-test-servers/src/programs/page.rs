//! The consent page as a browser without script uses it: every step is a form.

use super::{Answer, Sandbox};

/// Goes through the page: who they are, then the code, then on to the site. Gives the page that hands over a result code.
pub fn agree(sandbox: &Sandbox, page: &Answer, mobile: &str, name: &str) -> Answer {
    assert_eq!(page.status, 200, "{}", page.text);
    let code_step = press(sandbox, page, "ask", &[("mobile", mobile), ("name", name)]);
    assert_eq!(code_step.status, 200, "{}", code_step.text);
    let answer = press(sandbox, &code_step, "confirm", &[("otp", &sandbox.code(mobile))]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    // In a frame the script asks for it; a person who was sent has a button.
    let hidden = [("key", between(&answer.text, "name=\"key\" value=\"", "\"")), ("action", "continue")];
    let action = unescaped(between(&answer.text, "method=\"post\" action=\"", "\""));
    sandbox.visitor().submit(&action, &hidden, "")
}

/// Fills in the form that has the button `action`, and presses it.
pub fn press(sandbox: &Sandbox, page: &Answer, action: &str, typed: &[(&str, &str)]) -> Answer {
    let button = format!("name=\"action\" value=\"{action}\"");
    let mut forms =
        page.text.split("<form ").skip(1).map(|form| form.split("</form>").next().expect("well-formed HTML"));
    let form = forms.find(|form| form.contains(&button)).unwrap_or_else(|| panic!("no button {action}: {}", page.text));
    let hidden: Vec<(&str, &str)> = form
        .split("<input type=\"hidden\" ")
        .skip(1)
        .map(|input| (between(input, "name=\"", "\""), between(input, "value=\"", "\"")))
        .collect();
    let fields: Vec<_> = hidden.iter().chain(typed).copied().chain([("action", action)]).collect();
    sandbox.visitor().submit(&unescaped(between(form, "action=\"", "\"")), &fields, "")
}

/// What the page tells the site that embeds it.
pub fn result_code(answer: &Answer) -> String {
    let message = unescaped(between(&answer.text, "data-message=\"", "\""));
    between(&message, "\"result_code\":\"", "\"").to_owned()
}

/// Where the links of a page lead.
pub fn links(html: &str) -> Vec<String> {
    html.split("href=\"").skip(1).map(|rest| unescaped(rest.split('"').next().expect("well-formed HTML"))).collect()
}

/// The text between two others.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).expect("well-formed HTML").0
}

/// A value of an attribute, as the one who wrote it meant it.
pub fn unescaped(html: &str) -> String {
    let quotes = html.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#x2f;", "/").replace("&#x2F;", "/");
    quotes.replace("&amp;", "&")
}
