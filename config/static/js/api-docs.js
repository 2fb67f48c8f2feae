// Shows the API's description; calls go out with the page's own session, or with a key typed in.
"use strict";

const root = document.getElementById("api-docs");

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
