// Small comforts; every page works without them.
(() => {
    "use strict";

    // A long list in groups becomes a field one types in: any word, with or without accents. The
    // list itself stays, out of sight, and holds the answer.
    const folded = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, " ");
    const made = (name, attributes, text = "") => {
        const element = Object.assign(document.createElement(name), { textContent: text });
        Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
        return element;
    };
    const searchable = (select) => {
        const id = select.id;
        const list = made("div", { id: `${id}_list`, role: "listbox", class: "search-list", hidden: "" });
        const input = made("input", {
            id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: select.dataset.search,
            "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
        });
        const label = document.querySelector(`label[for="${id}"]`);
        if (label) list.setAttribute("aria-label", label.textContent.trim());
        const told = select.getAttribute("aria-describedby");
        if (told) input.setAttribute("aria-describedby", told);
        if (select.getAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
        select.id = `${id}_choice`;
        select.tabIndex = -1;
        select.setAttribute("aria-hidden", "true");
        select.classList.add("visually-hidden");
        const none = made("p", { class: "search-none", hidden: "" }, `${select.dataset.none} `);
        none.append(made("a", { href: select.dataset.address }, select.dataset.register), ".");
        const groups = [...select.querySelectorAll("optgroup")].map((group, n) => {
            const box = made("div", { role: "group", "aria-label": group.label });
            box.append(made("div", { class: "search-group", "aria-hidden": "true" }, group.label));
            const rows = [...group.querySelectorAll("option")].map((option, m) => {
                const row = made("div", { id: `${id}_${n}_${m}`, role: "option", "aria-selected": "false" }, option.label);
                box.append(row);
                return { row, option, words: ` ${folded(`${option.label} ${option.dataset.words} ${group.label}`)}` };
            });
            list.append(box);
            return { box, rows };
        });
        const all = groups.flatMap((group) => group.rows);
        let active = null;
        const shown = () => all.filter(({ row }) => !row.hidden);
        const point = (item) => {
            active?.row.classList.remove("active");
            active = item;
            active?.row.classList.add("active");
            active?.row.scrollIntoView({ block: "nearest" });
            if (active) input.setAttribute("aria-activedescendant", active.row.id);
            else input.removeAttribute("aria-activedescendant");
        };
        const filter = (text) => {
            const words = folded(text).split(" ").filter(Boolean);
            all.forEach((item) => { item.row.hidden = !words.every((word) => item.words.includes(` ${word}`)); });
            groups.forEach(({ box, rows }) => { box.hidden = rows.every(({ row }) => row.hidden); });
            none.hidden = shown().length > 0;
            list.classList.toggle("visually-hidden", !none.hidden);
            point(words.length ? shown()[0] ?? null : null);
        };
        const open = (yes) => {
            list.hidden = !yes;
            none.hidden = true;
            input.setAttribute("aria-expanded", String(yes));
            if (!yes) point(null);
        };
        const told_by_list = () => {
            const chosen = select.selectedOptions[0];
            input.value = chosen?.value ? chosen.label : "";
            all.forEach(({ row, option }) => row.setAttribute("aria-selected", String(option === chosen)));
        };
        const choose = (value) => {
            const changed = select.value !== value;
            select.value = value;
            told_by_list();
            open(false);
            if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
        };
        input.addEventListener("focus", () => input.select());
        input.addEventListener("click", () => {
            if (!list.hidden) return;
            input.select();
            open(true);
            filter("");
            all.find(({ option }) => option.selected)?.row.scrollIntoView({ block: "nearest" });
        });
        input.addEventListener("input", (event) => { event.stopPropagation(); open(true); filter(input.value); });
        input.addEventListener("change", (event) => event.stopPropagation());
        input.addEventListener("keydown", (event) => {
            const rows = shown();
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) {
                event.preventDefault();
                if (list.hidden) { open(true); filter(""); return; }
                point(rows[(rows.indexOf(active) + step + rows.length) % rows.length] ?? null);
            } else if (event.key === "Enter" && !list.hidden) {
                event.preventDefault();
                if (active) choose(active.option.value);
            } else if (event.key === "Escape" && !list.hidden) {
                event.preventDefault();
                choose(select.value);
            }
        });
        input.addEventListener("blur", () => choose(input.value.trim() ? select.value : ""));
        list.addEventListener("mousedown", (event) => event.preventDefault());
        none.addEventListener("mousedown", (event) => event.preventDefault());
        list.addEventListener("click", (event) => {
            const item = all.find(({ row }) => row === event.target);
            if (item) choose(item.option.value);
        });
        select.addEventListener("change", told_by_list);
        const box = made("div", { class: "search-choice" });
        select.before(box);
        box.append(input, list, none, select);
        told_by_list();
    };

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

        // What was typed is kept when one leaves: at the house, or in this tab before there is an account.
        root.querySelectorAll("form[data-keep]").forEach((form) => {
            let changed = false;
            form.addEventListener("input", () => { changed = true; });
            form.addEventListener("submit", () => { changed = false; });
            window.addEventListener("pagehide", () => { if (changed) navigator.sendBeacon(location.href, new FormData(form)); });
        });
        root.querySelectorAll("form[data-remember]").forEach((form) => {
            const key = form.dataset.remember;
            const fields = [...form.elements].filter((field) => field.name && !["password", "hidden", "radio", "file"].includes(field.type));
            const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
            fields.forEach((field) => { if (!field.value && kept[field.name]) field.value = kept[field.name]; });
            const keep = () => sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
            ["input", "change"].forEach((kind) => form.addEventListener(kind, keep));
        });

        // A picture leaves as soon as it is taken.
        root.querySelectorAll("form[data-send-file]").forEach((form) => {
            form.addEventListener("change", () => { form.classList.add("sending"); form.requestSubmit(); });
        });

        root.querySelectorAll("select[data-search]").forEach(searchable);

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

    // What is typed or ticked while an answer is on its way stays in what that answer draws.
    const since = new Map();
    document.addEventListener("input", ({ target }) => { since.set(target.id, target); });
    document.addEventListener("htmx:beforeSend", () => since.clear());
    document.addEventListener("htmx:oobAfterSwap", () => {
        since.forEach((typed, id) => {
            const field = document.getElementById(id);
            if (!field || field === typed || field.type === "hidden") return;
            field.value = typed.value;
            field.checked = typed.checked;
        });
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

    // Without a connection nothing leaves, so that nothing typed is lost to the browser's own page.
    const offline = document.querySelector("[data-offline]");
    const connection = () => { if (offline) offline.hidden = navigator.onLine; };
    window.addEventListener("online", connection);
    window.addEventListener("offline", connection);
    connection();

    // A page asked for without a connection is ours too.
    window.addEventListener("load", () => {
        navigator.serviceWorker?.register(
            `/offline/${document.documentElement.lang}.js`, { scope: "/", updateViaCache: "all" },
        ).catch(() => {});
    });

    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (!navigator.onLine) {
            event.preventDefault();
            offline?.scrollIntoView();
            return;
        }
        if (event.defaultPrevented || form.method !== "post") return;
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        setTimeout(() => { delete form.dataset.sent; }, 4000);
    });
})();
