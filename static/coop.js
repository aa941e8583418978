// Small comforts; every page works without them.
(() => {
    "use strict";

    const comfort = (root) => {
        root.querySelectorAll("[data-copy]").forEach((button) => {
            if (!navigator.clipboard) return;
            const text = button.textContent;
            button.hidden = false;
            button.addEventListener("click", async () => {
                await navigator.clipboard.writeText(button.dataset.copy);
                button.textContent = button.dataset.done;
                setTimeout(() => { button.textContent = text; }, 2000);
            });
        });

        root.querySelectorAll("[data-reveal]").forEach((button) => {
            const input = document.getElementById(button.getAttribute("aria-controls"));
            const text = button.textContent;
            button.hidden = false;
            button.addEventListener("click", () => {
                const hidden = input.type === "password";
                input.type = hidden ? "text" : "password";
                button.textContent = hidden ? button.dataset.hide : text;
            });
        });

        root.querySelectorAll("[data-print]").forEach((button) => {
            button.hidden = false;
            button.addEventListener("click", () => window.print());
        });
    };
    comfort(document);

    // What HTMX puts in gets the same comforts, and the parts of a price stay open as one types.
    let open = [];
    const openParts = () => [...document.querySelectorAll("details[data-part][open]")].map((part) => part.dataset.part);
    document.addEventListener("htmx:beforeSwap", () => { open = openParts(); });
    document.addEventListener("htmx:load", (event) => {
        const root = event.detail.elt;
        if (root === document.body) return;
        comfort(root);
        open.forEach((name) => { root.querySelector(`details[data-part="${name}"]`)?.setAttribute("open", ""); });
    });

    // A month of days: the arrows walk, the page keys turn it.
    const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    document.addEventListener("keydown", (event) => {
        const month = event.target.closest?.("[data-month]");
        if (!month) return;
        const turn = { PageUp: "month-before", PageDown: "month-after" }[event.key];
        if (turn) { event.preventDefault(); document.getElementById(turn).click(); return; }
        const days = [...month.querySelectorAll("input")];
        let place = days.indexOf(event.target) + (STEPS[event.key] || 0);
        if (!STEPS[event.key]) return;
        event.preventDefault();
        while (days[place]?.disabled) place += STEPS[event.key];
        days[place]?.focus();
    });

    // What a wizard does not understand gets the focus.
    document.addEventListener("mend", () => {
        document.querySelector(".mend:not(:empty)")?.parentElement.querySelector("input, select, textarea")?.focus();
    });

    // On paper every line is read.
    let closed = [];
    window.addEventListener("beforeprint", () => {
        closed = [...document.querySelectorAll("details:not([open])")];
        closed.forEach((part) => { part.open = true; });
    });
    window.addEventListener("afterprint", () => { closed.forEach((part) => { part.open = false; }); });

    document.querySelector(".mend-list")?.focus();

    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (event.defaultPrevented || form.method !== "post") return;
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        setTimeout(() => { delete form.dataset.sent; }, 4000);
    });
})();
