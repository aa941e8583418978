// Small comforts; every page works without them.
(() => {
    "use strict";

    document.querySelectorAll("[data-copy]").forEach((button) => {
        if (!navigator.clipboard) return;
        const text = button.textContent;
        button.hidden = false;
        button.addEventListener("click", async () => {
            await navigator.clipboard.writeText(button.dataset.copy);
            button.textContent = button.dataset.done;
            setTimeout(() => { button.textContent = text; }, 2000);
        });
    });

    document.querySelectorAll("[data-reveal]").forEach((button) => {
        const input = document.getElementById(button.getAttribute("aria-controls"));
        const text = button.textContent;
        button.hidden = false;
        button.addEventListener("click", () => {
            const hidden = input.type === "password";
            input.type = hidden ? "text" : "password";
            button.textContent = hidden ? button.dataset.hide : text;
        });
    });

    document.querySelector(".mend-list")?.focus();

    document.addEventListener("submit", (event) => {
        const form = event.target;
        if (event.defaultPrevented || form.method !== "post") return;
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        setTimeout(() => { delete form.dataset.sent; }, 4000);
    });
})();
