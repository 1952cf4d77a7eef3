// A page that is loaded again finds its workbench by a key of its tab's own.
addEventListener("DOMContentLoaded", () => {
  let key = crypto.randomUUID();
  try {
    key = sessionStorage.workbench ??= key;
  } catch {
    // A frame whose page may keep nothing: loaded again, it begins anew.
  }
  document.getElementById("terminal").dataset.sessionWebsocketUrl += `/${key}`;
});
// Keys go to the workbench as soon as it is connected; in a frame, once it is clicked.
addEventListener("load", () => {
  const keys = document.querySelector(".xterm-helper-textarea");
  const connected = () => document.body.classList.contains("-loaded");
  addEventListener("focus", () => connected() && keys.focus());
  if (window !== window.top) return;
  const seen = new MutationObserver(() => {
    if (!connected()) return;
    seen.disconnect();
    keys.focus();
  });
  seen.observe(document.body, { attributeFilter: ["class"] });
});
