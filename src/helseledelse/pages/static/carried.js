// What came along from the phone page: in the address after #, which no server is sent, or left in
// this tab by a phone page of the same hub, where a log-in on the way loses what stands after #.
const KEY = "helseledelse:ta-med";
const form = document.querySelector("[data-bring]");

function takeOver() {
  let left = "";
  try {
    left = decodeURIComponent(location.hash.slice(1)) || sessionStorage.getItem(KEY) || "";
    sessionStorage.removeItem(KEY);
  } catch {
    // Damaged, or the browser keeps nothing: then it is pasted.
  }
  if (location.hash) history.replaceState(null, "", location.pathname);
  return left;
}

const text = form?.querySelector("textarea");
if (text && !text.value) {
  text.value = takeOver();
  if (text.value) form.requestSubmit(); // only shows it; nothing is kept before the person says so
}
