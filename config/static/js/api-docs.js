// Shows the API's description; calls go out with the page's own session, or with a key typed in.
"use strict";

const root = document.getElementById("api-docs");

// Its style has a dark side, which no script of its own turns on here.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
    url: root.dataset.schema,
    domNode: root,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    docExpansion: "list",
    validatorUrl: null,
    requestInterceptor(request) {
        if (request.method !== "GET") {
            request.headers["X-CSRFToken"] = root.dataset.csrfToken;
        }
        return request;
    },
});
