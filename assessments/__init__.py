"""Framework, questionnaire, answers, scorecards, roadmap."""
