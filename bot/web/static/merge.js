// How a new page is carried over into the one on the screen.

// What the reader and the browser have done to an element is theirs.
const ours = new Set(["open", "hidden", "aria-busy"]);

// morph makes have like want, and touches nothing that is alike already: what
// has the focus keeps it, and what is being filled in stays as it is.
export function morph(have, want) {
  if (have.nodeType !== want.nodeType || have.nodeName !== want.nodeName || (have.id || "") !== (want.id || "")) {
    leave(have);
    have.replaceWith(document.importNode(want, true));
  } else if (have.nodeType !== Node.ELEMENT_NODE) {
    if (have.data !== want.data) have.data = want.data;
  } else if (!have.isEqualNode(want)) {
    for (const { name } of [...have.attributes]) {
      if (!want.hasAttribute(name) && !ours.has(name)) have.removeAttribute(name);
    }
    for (const { name, value } of want.attributes) {
      if (have.getAttribute(name) !== value && !ours.has(name)) have.setAttribute(name, value);
    }
    morphChildren(have, want);
  }
}

function morphChildren(have, want) {
  const named = new Map([...have.children].filter((e) => e.id).map((e) => [e.id, e]));
  let at = have.firstChild;
  for (const child of want.childNodes) {
    const found = child.id ? named.get(child.id) : at && !at.id ? at : null;
    if (!found) {
      have.insertBefore(document.importNode(child, true), at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else have.insertBefore(found, at);
    morph(found, child);
  }
  while (at) {
    const rest = at;
    at = at.nextSibling;
    leave(rest);
    rest.remove();
  }
}

// leave closes dialogs that go, so that the focus returns to where it was.
function leave(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  for (const dialog of [node, ...node.querySelectorAll("dialog")].filter((e) => e.nodeName === "DIALOG")) {
    sessionStorage.removeItem(`draft ${dialog.id}`);
    if (dialog.open) dialog.close();
  }
}
