// A signature drawn with a finger or a mouse: whole numbers only, as the path of an SVG.
(() => {
    "use strict";
    const box = document.querySelector("[data-sign]");
    const field = document.querySelector("[data-drawing]");
    if (!box || !field || !window.PointerEvent) return;
    const opener = box.querySelector("[data-sign-open]");
    const pad = document.getElementById("sign-pad");
    const canvas = pad.querySelector("canvas");
    const pen = canvas.getContext("2d");
    const LONGEST = 15000;
    let last = null;

    const point = (event) => {
        const frame = canvas.getBoundingClientRect();
        const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
        return [
            within((event.clientX - frame.left) * canvas.width / frame.width, canvas.width),
            within((event.clientY - frame.top) * canvas.height / frame.height, canvas.height),
        ];
    };

    const draw = (path) => {
        pen.clearRect(0, 0, canvas.width, canvas.height);
        pen.strokeStyle = getComputedStyle(canvas).color;
        pen.lineWidth = 3;
        pen.lineCap = pen.lineJoin = "round";
        if (path) pen.stroke(new Path2D(path));
    };

    const clear = () => { field.value = ""; draw(""); };

    const open = (shown) => {
        pad.hidden = !shown;
        opener.setAttribute("aria-expanded", String(shown));
        if (shown) draw(field.value); else clear();
    };

    box.hidden = false;
    if (field.value) open(true);
    opener.addEventListener("click", () => open(pad.hidden));
    box.querySelector("[data-sign-clear]").addEventListener("click", clear);

    canvas.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        canvas.setPointerCapture(event.pointerId);
        last = point(event);
        if (field.value.length < LONGEST) field.value += `M${last[0]} ${last[1]}`;
    });
    canvas.addEventListener("pointermove", (event) => {
        if (!last || field.value.length >= LONGEST) return;
        const next = point(event);
        if (Math.hypot(next[0] - last[0], next[1] - last[1]) < 3) return;
        last = next;
        field.value += `L${next[0]} ${next[1]}`;
        draw(field.value);
    });
    ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, () => { last = null; }));
})();
