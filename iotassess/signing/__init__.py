"""Reports as files that say who made them: sealed with the user's own key, outside of the renderers."""
