{
  const form = document.getElementById("finder"), of = form.dataset, page = Number(of.page);
  const fields = [...form.elements].filter(field => field.name), names = fields.map(field => field.name);
  const rows = [...document.querySelectorAll("#list tbody tr")];
  const parts = of.parts ? JSON.parse(of.parts) : [];
  const found = document.getElementById("found"), others = document.getElementById("others");
  const whole = document.getElementById("whole"), number = new Intl.NumberFormat(document.documentElement.lang);
  const asked = document.getElementById("asked");
  // What is asked for, in words: on paper there are no fields that show it.
  const inWords = (field, value) => {
    const label = field.labels[0].textContent;
    return field.type === "checkbox" ? label : `${label} ${field.selectedOptions[0]?.dataset.said || value}`;
  };
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (all, name) => number.format(values[name]));

  narrow(form, wanted => {
    let here = 0;
    for (const row of rows) {
      row.hidden = !names.every(name => !wanted.has(name) || row.dataset[name] === wanted.get(name));
      here += !row.hidden;
    }
    const on = new Map();
    for (const [at, count, ...values] of parts) {
      if (names.every((name, which) => !wanted.has(name) || values[which] === wanted.get(name))) on.set(at, (on.get(at) || 0) + count);
    }
    const shown = of.parts ? [...on.values()].reduce((sum, count) => sum + count, 0) : here;
    const isPart = String(wanted) !== "";
    const link = (at, count) => {
      const made = document.createElement("a");
      made.href = `${of.list}${at > 1 ? `-${at}` : ""}.html#${wanted}`;
      made.textContent = fill(of.elsewhere, { page: at, count });
      return made;
    };
    const next = [...on.keys()].find(at => at > page);
    // Links lead to the first page. Only ever forward: pages of which some are older may not send anybody in circles.
    if (isPart && !here && next) location.replace(link(next, 0).href);
    found.textContent = fill(isPart && shown !== here ? of.here : of.words, { shown, here });
    asked.textContent = fields.filter(field => wanted.has(field.name)).map(field => `· ${inWords(field, wanted.get(field.name))}`).join(" ");
    others.replaceChildren(...(isPart ? [...on].filter(([at]) => at !== page).map(([at, count]) => link(at, count)) : []));
    others.hidden = !others.childElementCount;
    whole.hidden = !isPart;
    for (const pager of document.querySelectorAll(".pager")) pager.hidden = isPart;
  });
}
