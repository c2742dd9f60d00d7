"use strict";
{
  // Which owner is chosen stands in the address, behind the #, so that it can be sent and kept; a file has no query.
  const choice = document.getElementById("owner");
  const rows = [...document.querySelectorAll("#clients tbody tr")];
  const said = document.getElementById("shown");
  const show = () => {
    const wanted = new URLSearchParams(location.hash.slice(1)).get("owner") || "";
    choice.value = [...choice.options].some(option => option.value === wanted) ? wanted : "";
    for (const row of rows) {
      row.hidden = choice.value !== "" && !row.dataset.owners.split("\n").includes(choice.value);
    }
    said.textContent = choice.value === "" ? "" : `${rows.filter(row => !row.hidden).length} of ${rows.length} clients`;
  };
  choice.addEventListener("change", () => {
    location.hash = choice.value === "" ? "" : new URLSearchParams({ owner: choice.value });
  });
  addEventListener("hashchange", show);
  choice.closest("p").hidden = false;
  show();
}
