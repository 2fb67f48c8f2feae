"""Paths of reports."""

from django.urls import path

from reports.demo import views as demo
from reports.documents import views as deliverables
from reports.exports import views as exports
from reports.sharing import views as share_links

ASSESSMENT = "o/<slug:org>/assessments/<uuid:assessment>"

app_name = "reports"
urlpatterns = [
    *exports.PATHS,
    path("shared/<str:token>/", share_links.share_open, name="share-open"),
    path("shared/<str:token>/archive/", share_links.share_archive, name="share-archive"),
    path("shared/<str:token>/logo/", share_links.share_logo, name="share-logo"),
    path(
        "shared/<str:token>/<uuid:deliverable>/",
        share_links.share_document,
        name="share-document",
    ),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/share-links/",
        share_links.share_link_create,
        name="share-link-create",
    ),
    path(
        "o/<slug:org>/share-links/<uuid:share_link>/",
        share_links.share_link_detail,
        name="share-link-detail",
    ),
    path(
        "o/<slug:org>/share-links/<uuid:share_link>/revoke/",
        share_links.share_link_revoke,
        name="share-link-revoke",
    ),
    path(
        "o/<slug:org>/settings/members/<uuid:member>/share-links/",
        share_links.member_share_link_list,
        name="member-share-link-list",
    ),
    path("demo/", demo.demo_console, name="demo-console"),
    path("demo/economics/", demo.demo_economics, name="demo-economics"),
    path("toolkit/", demo.toolkit_detail, name="toolkit"),
    path("toolkit/<slug:kind>/", demo.toolkit_download, name="toolkit-download"),
    path(f"{ASSESSMENT}/deliverables/", deliverables.deliverable_list, name="deliverable-list"),
    path(f"{ASSESSMENT}/snapshots/", deliverables.snapshot_create, name="snapshot-create"),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/publish/",
        deliverables.snapshot_publish,
        name="snapshot-publish",
    ),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/withdraw/",
        deliverables.snapshot_withdraw,
        name="snapshot-withdraw",
    ),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/deliverables/",
        deliverables.deliverable_create,
        name="deliverable-create",
    ),
    path(
        "o/<slug:org>/snapshots/<uuid:snapshot>/archive/",
        deliverables.snapshot_download,
        name="snapshot-download",
    ),
    path(
        "o/<slug:org>/deliverables/<uuid:deliverable>/file/",
        deliverables.deliverable_download,
        name="deliverable-download",
    ),
]
