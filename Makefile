# One command each. docs/operations.md lists the settings (PORT, CROSSOVER_STATE, DATABASE_URL …).
export PYTHONUTF8 = 1
LOCAL = .venv/bin/python -m config.local
TEMPLATES = $$(git ls-files -co --exclude-standard 'templates/*.html' 'templates/**/*.html')
# Settings that look like production's; nothing connects to anything.
PRODUCTION = env CROSSOVER_MODE=production ALLOWED_HOSTS=crossover.example \
	SECRET_KEY=only-for-checks-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF \
	FIELD_ENCRYPTION_KEY=only-for-checks-9876543210-abcdefghijklmnopqrstuvwxyz \
	DATABASE_URL=postgresql://crossover_app@127.0.0.1:9/crossover REDIS_URL=redis://127.0.0.1:9/0

.PHONY: help run demo test packages bench mutate faults stop format schema environment \
	check check-code check-types check-imports check-templates check-django check-lock

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile

run: environment ## set up, make the demo, serve on http://127.0.0.1:8000 (PORT=… for another)
	@$(LOCAL) run

demo: environment ## the same without serving
	@$(LOCAL) demo

test: environment ## run all tests (ARGS="tests/costing -k pool" for some)
	@$(LOCAL) test $(ARGS)

packages: environment ## install what the tests need of the system (`make test` does it too)
	@$(LOCAL) packages

bench: environment ## run the benchmarks
	@$(LOCAL) bench $(ARGS)

check: check-code check-types check-imports check-templates check-django check-lock ## lint, types, import contracts, templates, migrations, settings, lock

check-code: environment
	.venv/bin/ruff check
	.venv/bin/ruff format --check

check-types: environment
	CROSSOVER_MODE=local .venv/bin/python -m mypy

check-imports: environment
	.venv/bin/lint-imports --no-logo

check-templates: environment
	.venv/bin/djade --target-version 5.2 --check $(TEMPLATES)
	.venv/bin/djhtml --check --tabwidth 4 $(TEMPLATES)

check-django: environment
	$(PRODUCTION) CROSSOVER_MODE=test .venv/bin/python -W ignore::RuntimeWarning \
		manage.py makemigrations --check --dry-run
	$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING

check-lock: environment
	sh config/local/environment.sh lock

schema: environment ## write docs/scenario.schema.json from the declarations of the inputs
	.venv/bin/python -c 'import json; from costing.engine.inputs import json_schema; \
		print(json.dumps(json_schema(), indent=2, ensure_ascii=False))' > docs/scenario.schema.json

format: environment ## write what `make check` would ask for
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	.venv/bin/djade --target-version 5.2 $(TEMPLATES)
	.venv/bin/djhtml --tabwidth 4 $(TEMPLATES)

mutate: environment ## take every guard out, one at a time; list what its tests do not miss
	.venv/bin/python -m tests.mutate $(ARGS)

faults: environment ## break an installation of its own, one thing after the other (minutes)
	@.venv/bin/python -m tests.faults $(ARGS)

stop: environment ## stop the database that a killed run left behind
	@$(LOCAL) stop

environment:
	@sh config/local/environment.sh
