-- Which effect of its routine a line is about; empty for lines of before, and for those that no routine has yielded.
ALTER TABLE recovery_effect ADD COLUMN place TEXT NOT NULL DEFAULT '';

-- The lines at which routines begin and end; at a start, those without an end are looked for.
CREATE INDEX recovery_effect_routines ON recovery_effect (kind, before_id) WHERE kind = 'routine';
