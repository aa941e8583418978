"use strict";

const place = document.getElementById("description");
window.SwaggerUIBundle({
    url: place.dataset.address,
    domNode: place,
    deepLinking: true,
    filter: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null, // nothing is asked of another host
});
