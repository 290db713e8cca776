// What every page needs: htmx, the small behaviours of the shell, and a loader for the islands that the page uses.
import "htmx.org";
import "./core/copying.js";
import "./core/dialogs.js";
import "./core/drafts.js";
import "./core/failures.js";
import "./core/forms.js";
import "./core/islands.js";
import "./core/keys.js";
import "./core/menus.js";
import "./core/panes.js";
import "./core/progress.js";
import "./core/pushing.js";
import "./core/recent.js";
import "./core/shell.js";
import "./core/tables.js";
import "./core/toasts.js";
import "./core/walking.js";
