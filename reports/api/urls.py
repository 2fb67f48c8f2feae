"""Paths of the API on snapshots and what is made of them; each relative to `api/v1/`."""

from django.urls import path

from reports.documents import api as deliverables
from reports.sharing import api as share_links
from reports.snapshots import api as snapshots

ORGANIZATION = "organizations/<slug:org>/"
SNAPSHOT = f"{ORGANIZATION}snapshots/<uuid:snapshot>/"
DELIVERABLE = f"{ORGANIZATION}deliverables/<uuid:deliverable>/"

urlpatterns = [
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/snapshots/",
        snapshots.SnapshotList.as_view(),
        name="snapshot-list",
    ),
    path(SNAPSHOT, snapshots.SnapshotDetail.as_view(), name="snapshot-detail"),
    path(f"{SNAPSHOT}archive/", snapshots.SnapshotArchive.as_view(), name="snapshot-archive"),
    path(
        f"{SNAPSHOT}deliverables/", deliverables.DeliverableList.as_view(), name="deliverable-list"
    ),
    path(DELIVERABLE, deliverables.DeliverableDetail.as_view(), name="deliverable-detail"),
    path(f"{DELIVERABLE}file/", deliverables.DeliverableFile.as_view(), name="deliverable-file"),
    path(f"{SNAPSHOT}share-links/", share_links.ShareLinkList.as_view(), name="share-link-list"),
    path(
        f"{ORGANIZATION}share-links/<uuid:share_link>/",
        share_links.ShareLinkDetail.as_view(),
        name="share-link-detail",
    ),
]
