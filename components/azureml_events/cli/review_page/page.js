const search = document.querySelector("input[type=search]");
const rows = [...document.querySelectorAll("#routes tbody tr")];
const found = document.querySelector("[aria-live]");
const count = (number) => number.toLocaleString("en-GB");
function show() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
    left += !row.hidden;
  }
  found.textContent = `${count(left)} of ${count(rows.length)}`;
}
if (search) {
  search.closest("p").hidden = false;
  search.addEventListener("input", show);
  show();
}
