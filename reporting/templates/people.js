(() => {
  const LETTERS = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i" };
  const fold = text => text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "")
    .replace(/[ßæœøłđðþı]/g, letter => LETTERS[letter]);
  const find = name => document.getElementById(name);
  const form = find("finder"), status = find("found"), groups = [...document.querySelectorAll(".letter")];
  const letters = [...document.querySelectorAll(".letters a")];
  const people = [...document.querySelectorAll(".everyone > li")].map(row => {
    const said = row.querySelector(".said");
    return {
      row, home: row.parentElement, why: row.querySelector(".why"), last: row.dataset.last || "",
      named: fold(row.querySelector(".who").textContent), said: said ? fold(said.textContent) : "",
    };
  });
  const recent = find("recent"), plain = find("az"), number = new Intl.NumberFormat(document.documentElement.lang);
  let order = "";

  narrow(form, wanted => {
    const query = fold(wanted.get("q") || "").split(/\s+/).filter(Boolean);
    const is = (row, name) => !wanted.get(name) || (row.dataset[name] || "").split(" ").includes(wanted.get(name));
    let count = 0;
    for (const person of people) {
      const unnamed = query.filter(word => !person.named.includes(word));
      const fits = unnamed.every(word => person.said.includes(word)) &&
        ["stage", "network", "tag", "stakeholder", "waiting"].every(name => is(person.row, name));
      person.row.hidden = !fits;
      count += fits;
      if (!person.why) continue;
      const words = fits && unnamed.length ? person.said.split(" ").filter(word => unnamed.some(part => word.includes(part))) : [];
      person.why.textContent = words.slice(0, 3).join(", ");
      person.why.parentElement.hidden = !words.length;
    }
    if (order !== (wanted.get("sort") || "")) {
      order = wanted.get("sort") || "";
      const sorted = order === "recent" ? [...people].sort((one, other) => other.last < one.last ? -1 : other.last > one.last ? 1 : 0) : people;
      if (order === "recent") recent.replaceChildren(...sorted.map(person => person.row));
      else for (const home of new Set(people.map(person => person.home))) home.replaceChildren(...people.filter(person => person.home === home).map(person => person.row));
      recent.hidden = order !== "recent";
      plain.hidden = order === "recent";
    }
    groups.forEach((group, at) => { letters[at].hidden = group.hidden = !group.querySelector("li:not([hidden])"); });
    status.textContent = status.dataset.words.replace("{shown}", number.format(count)).replace("{all}", number.format(people.length));
    find("nobody").hidden = count > 0;
  });
})();
