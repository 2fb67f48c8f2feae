"""Paths of the API on snapshots, documents and share links; each relative to `api/v1/`."""

from reports.documents import api as documents
from reports.exports import api as exports
from reports.sharing import api as sharing

urlpatterns = [*documents.urlpatterns, *exports.urlpatterns, *sharing.urlpatterns]
