// Writes a verdict on the page: a lamp by its colour, its shape and its word, and what stands in the token by the names that people know.

/** The lamp of a status, by its number. */
const LAMPS = ["red", "amber", "green"];

/** `en` writes dates as India does; digits are those of the QR code's world in every language. */
const locale = `${document.documentElement.lang === "en" ? "en-IN" : document.documentElement.lang}-u-nu-latn`;

/** A card for a token that is valid. The reference is left out: it is the entity's own, and says nothing to who is shown the status. */
export function card(claims, { stands, asOf }, names) {
  const shown = template("#answer");
  const status = claims.vaccination_status;
  const verdict = shown.querySelector(".verdict");
  verdict.classList.add(`status-${status}`);
  verdict.dataset.lamp = LAMPS[status];
  shown.querySelectorAll("[data-status]").forEach((part) => part.dataset.status !== String(status) && part.remove());
  const part = (name) => shown.querySelector(`[data-fact="${name}"]`);
  const { name, birth_year: year } = claims.bearer ?? {};
  const entity = names?.entities[claims.aud];
  const { good, unchecked } = part("withdrawn").dataset;
  const facts = {
    bearer: name === undefined ? part("bearer").dataset.unknown : [name, year].filter(Boolean).join(", "),
    evidence: part("evidence").dataset[claims.evidence],
    entity: entity?.name ?? claims.aud,
    purpose: entity?.purposes[claims.purpose] ?? claims.purpose,
    policy: names?.policies[claims.policy] ?? claims.policy,
    as_of: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(claims.as_of)),
    until: minute(claims.exp),
    withdrawn: asOf === undefined ? unchecked : `${good} ${minute(asOf)}`,
  };
  for (const [fact, value] of Object.entries(facts)) part(fact).textContent = value;
  if (name === undefined) shown.querySelector('[data-when="bearer"]').remove();
  if (stands === "good") shown.querySelector('[data-when="unchecked"]').remove();
  return shown;
}

/** A card for what proves nothing, with the reason in words. */
export function refusal(words) {
  const shown = template("#refusal");
  shown.querySelector("[data-reason]").textContent = words;
  return shown;
}

/** What is no verdict: why nothing could be read. */
export function line(words) {
  const shown = document.createElement("p");
  shown.className = "error";
  shown.textContent = words;
  return shown;
}

/** How long ago something was, in words. */
export function ago(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 48 * 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-count, unit);
}

function minute(seconds) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(seconds * 1000));
}

function template(id) {
  return document.querySelector(id).content.cloneNode(true);
}
