"use strict";
// The fields of a form as filters that live in the address, behind the #: `show` is told what is asked for, when the
// page opens, when the address changes, and when somebody chooses.
const narrow = (form, show) => {
  const fields = [...form.elements].filter(field => field.name);
  const given = value => {
    const wanted = new URLSearchParams();
    for (const field of fields) if (value(field)) wanted.set(field.name, value(field));
    return wanted;
  };
  const fill = wanted => {
    for (const field of fields) {
      if (field.type === "checkbox") field.checked = wanted.get(field.name) === "1";
      else field.value = wanted.get(field.name) || "";
    }
  };
  const read = () => {
    const hash = location.hash.slice(1);
    const said = new URLSearchParams(hash.includes("=") ? hash : "");
    // a value that no field has is asked for all the same, and nothing has it
    const wanted = given(field => said.get(field.name) || "");
    fill(wanted);
    show(wanted);
  };
  const choose = () => {
    const wanted = given(field => field.type === "checkbox" ? (field.checked ? "1" : "") : field.value);
    history.replaceState(null, "", `#${wanted}`);
    show(wanted);
  };
  form.addEventListener("input", choose);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => {
    event.preventDefault();
    fill(new URLSearchParams());
    choose();
  });
  addEventListener("hashchange", read);
  form.hidden = false;
  read();
};
