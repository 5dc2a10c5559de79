// What a person shows to others: the status as text, and its picture.

/** Copies what a field shows. Where the browser does not let us, it is marked, ready to be copied. */
export async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    const told = button.parentElement.querySelector("[data-done]");
    told.textContent = told.dataset.done;
  } catch {
    field.focus();
  }
}

/** Shows a picture as large as the screen, black on white, until it is closed. */
export function enlarge(button) {
  const dialog = document.createElement("dialog");
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: button.dataset.close });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(document.getElementById(button.dataset.large).querySelector("svg").cloneNode(true), close);
  document.body.append(dialog);
  dialog.showModal();
}

/** Gives the picture as a file. */
export function save(place) {
  const picture = new XMLSerializer().serializeToString(place.querySelector("svg"));
  const url = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
  Object.assign(document.createElement("a"), { href: url, download: "status.svg" }).click();
  setTimeout(() => URL.revokeObjectURL(url));
}
