// A file dropped where nothing takes it would open in the place of the page, and what was typed there would be gone.
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

for (const type of ["dragover", "drop"])
  addEventListener(type, (event) => {
    if (event.defaultPrevented || !carriesFiles(event) || event.target.closest?.("input[type=file]")) return;
    event.preventDefault();
    if (type === "dragover") event.dataTransfer.dropEffect = "none";
  });
