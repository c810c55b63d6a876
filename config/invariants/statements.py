"""Invariants that one statement can tell: {name: a query with one text for each break}."""

# fmt: off
STATEMENTS: dict[str, str] = {
    # -- 1: titles and slots
    "more_active_titles_than_slots": """
        SELECT c.measure || ': ' || count(t.id) || ' active titles, the cap is ' || c.cap
        FROM stations_slotcap c JOIN stations_slot s ON s.measure = c.measure
        JOIN stations_title t ON t.slot_id = s.id AND t.state = 'active' AND t.level = 'city'
        GROUP BY c.measure, c.cap HAVING count(t.id) > c.cap""",
    "slot_holds_two_titles": """
        SELECT 'slot ' || slot_id || ': ' || count(*) || ' active titles' FROM stations_title
        WHERE state = 'active' AND slot_id IS NOT NULL GROUP BY slot_id HAVING count(*) > 1""",
    "active_city_title_without_slot": """
        SELECT 'title ' || number FROM stations_title WHERE state = 'active' AND level = 'city' AND slot_id IS NULL""",
    "slot_above_the_cap": """
        SELECT 'slot ' || s.number || ' of ' || s.measure FROM stations_slot s
        LEFT JOIN stations_slotcap c ON c.measure = s.measure WHERE s.number > coalesce(c.cap, 0)""",
    # -- 2: notices
    "notice_closed_before_its_end": """
        SELECT 'notice ' || n.serial FROM evaluation_publicnotice n
        WHERE n.state = 'closed' AND NOT EXISTS (
            SELECT 1 FROM ledger_journalentry j WHERE j.object_type = 'evaluation.publicnotice'
            AND j.object_id = n.id::text AND j.after = 'closed' AND j.at >= n.closes_at)""",
    "window_was_shortened": """
        SELECT 'notice ' || serial || ' closes before the end that it was published with' FROM evaluation_publicnotice
        WHERE state <> 'draft' AND kind = 'result'
        AND (closes_at IS NULL OR content #>> '{window,closes_at}' IS NULL
             OR closes_at < (content #>> '{window,closes_at}')::timestamptz)""",
    # -- 3: awards
    "award_without_a_closed_notice": """
        SELECT 'entry ' || e.id FROM evaluation_entry e WHERE e.state = 'awarded' AND NOT EXISTS (
            SELECT 1 FROM evaluation_publicnotice n
            WHERE n.round_id = e.round_id AND n.kind = 'result' AND n.state = 'closed'
            AND n.content @> jsonb_build_object('entries', jsonb_build_array(jsonb_build_object('entry', e.id))))""",
    "award_despite_an_objection": """
        SELECT 'entry ' || e.id || ', objection ' || o.id FROM evaluation_entry e
        JOIN evaluation_objection o ON o.entry_id = e.id
        WHERE e.state = 'awarded'
        AND (o.state IN ('filed', 'accepted', 'investigating', 'upheld', 'rejected') OR o.finding = 'upheld')""",
    "award_without_a_title": """
        SELECT 'entry ' || e.id FROM evaluation_entry e WHERE e.state = 'awarded' AND NOT EXISTS (
            SELECT 1 FROM stations_title t WHERE t.station_id = e.station_id AND t.level = 'city')""",
    "title_awarded_without_an_entry": """
        SELECT 'title ' || t.number FROM stations_title t
        JOIN ledger_journalentry j
          ON j.object_type = 'stations.title' AND j.object_id = t.id::text AND j.move = 'award'
        WHERE NOT EXISTS (
            SELECT 1 FROM evaluation_entry e WHERE e.station_id = t.station_id AND e.state = 'awarded')""",
    "delisted_station_keeps_its_title": """
        SELECT 'entry ' || e.id FROM evaluation_entry e
        JOIN supervision_selfassessment a ON a.id = e.dossier_id JOIN stations_title t ON t.id = a.title_id
        WHERE e.state = 'delisted' AND t.state = 'active'""",
    # -- Art 16: self-assessments
    "filed_self_assessment_has_no_version": """
        SELECT 'self-assessment ' || a.id FROM supervision_selfassessment a
        WHERE a.state IN ('filed', 'filed_late', 'returned', 'reviewed')
        AND NOT EXISTS (SELECT 1 FROM supervision_selfassessmentversion v WHERE v.assessment_id = a.id)""",
    "self_assessment_filed_otherwise_than_it_says": """
        SELECT 'self-assessment ' || a.id || ': ' || a.timeliness FROM supervision_selfassessment a
        WHERE a.timeliness <> CASE
            WHEN a.state = 'missing' THEN 'missing'
            WHEN a.filed_at IS NULL THEN ''
            WHEN a.filed_at < a.due_at THEN 'in_time' ELSE 'late' END""",
    # -- 4: scores
    "score_outside_the_rubric": """
        SELECT 'sheet ' || s.sheet_id || ', ' || i.code || ': ' || s.points FROM evaluation_score s
        JOIN evaluation_indicator i ON i.id = s.indicator_id JOIN evaluation_round r ON r.id = i.round_id
        WHERE s.points < 0 OR s.points > i.max_points OR mod(s.points, r.step) <> 0""",
    "score_of_another_round": """
        SELECT 'sheet ' || s.sheet_id || ', ' || i.code FROM evaluation_score s
        JOIN evaluation_indicator i ON i.id = s.indicator_id JOIN evaluation_scoresheet p ON p.id = s.sheet_id
        JOIN evaluation_entry e ON e.id = p.entry_id WHERE i.round_id <> e.round_id""",
    "locked_sheet_is_not_whole": """
        SELECT 'sheet ' || p.id FROM evaluation_scoresheet p JOIN evaluation_entry e ON e.id = p.entry_id
        WHERE p.state = 'locked'
        AND (SELECT count(s.points) FROM evaluation_score s WHERE s.sheet_id = p.id)
         <> (SELECT count(*) FROM evaluation_indicator i WHERE i.round_id = e.round_id)""",
    "locked_marks_differ_from_the_scores": """
        SELECT 'sheet ' || p.id FROM evaluation_scoresheet p
        WHERE p.marks IS DISTINCT FROM CASE WHEN p.state = 'locked' THEN ARRAY(
            SELECT s.points * 100 FROM evaluation_score s JOIN evaluation_indicator i ON i.id = s.indicator_id
            WHERE s.sheet_id = p.id ORDER BY i.position)::integer[] END""",
    "locked_sheet_differs_from_what_was_handed_in": """
        SELECT 'sheet ' || p.id || ', ' || i.code || ': ' || coalesce(s.points::text, 'none') || ', handed in '
            || coalesce(given.facts -> 'scores' ->> i.code, 'none')
        FROM evaluation_scoresheet p
        JOIN LATERAL (
            SELECT j.facts FROM ledger_journalentry j
            WHERE j.object_type = 'evaluation.scoresheet' AND j.object_id = p.id::text AND j.move = 'submit'
            ORDER BY j.id DESC LIMIT 1
        ) given ON true
        JOIN evaluation_score s ON s.sheet_id = p.id JOIN evaluation_indicator i ON i.id = s.indicator_id
        WHERE p.state = 'locked' AND (given.facts -> 'scores' ->> i.code)::numeric IS DISTINCT FROM s.points""",
    "entry_with_too_few_sheets": """
        SELECT 'entry ' || e.id FROM evaluation_entry e JOIN evaluation_round r ON r.id = e.round_id
        WHERE e.state NOT IN ('assigned', 'scoring')
        AND (SELECT count(*) FROM evaluation_scoresheet p WHERE p.entry_id = e.id AND p.state = 'locked')
            < r.min_sheets""",
    # -- 5: conflicts
    "sheet_of_a_recused_expert": """
        SELECT 'sheet ' || p.id FROM evaluation_scoresheet p
        JOIN evaluation_recusal r ON r.entry_id = p.entry_id AND r.expert_id = p.expert_id WHERE p.state <> 'recused'""",
    # -- 6, 7: two persons, once each
    "proposer_approved": """
        SELECT 'conclusion ' || id FROM evaluation_conclusion WHERE decided_by_id = proposed_by_id""",
    "two_entries_of_a_station": """
        SELECT 'round ' || round_id || ', station ' || station_id FROM evaluation_entry
        GROUP BY round_id, station_id HAVING count(*) > 1""",
    "two_active_titles_of_a_station": """
        SELECT 'station ' || station_id || ', ' || level FROM stations_title WHERE state = 'active'
        GROUP BY station_id, level HAVING count(*) > 1""",
    "two_running_rounds_of_a_year": """
        SELECT measure || ' ' || year FROM evaluation_round WHERE state NOT IN ('cancelled', 'concluded')
        GROUP BY measure, year HAVING count(*) > 1""",
    # -- complaints
    "complaint_answered_without_a_conclusion": """
        SELECT 'complaint ' || id FROM supervision_complaint
        WHERE state = 'answered' AND (finding = '' OR finding_text = '' OR answer = '')""",
    "complaint_investigated_by_its_station": """
        SELECT 'complaint ' || c.id FROM supervision_complaint c JOIN stations_station s ON s.id = c.station_id
        WHERE c.state = 'investigating' AND EXISTS (
            SELECT 1 FROM stations_membership m
            WHERE m.user_id = c.investigator_id AND m.organisation_id = s.organisation_id AND m.left_at IS NULL)""",
    # -- Art 18: revocation
    "revoked_title_without_an_executed_case": """
        SELECT 'title ' || t.number FROM stations_title t WHERE t.state = 'revoked' AND NOT EXISTS (
            SELECT 1 FROM supervision_revocationcase c
            JOIN supervision_casepaper n ON n.case_id = c.id AND n.kind = 'notice' AND n.served_at IS NOT NULL
            JOIN supervision_casepaper d ON d.case_id = c.id AND d.kind = 'decision' AND d.served_at IS NOT NULL
            WHERE c.title_id = t.id AND c.state = 'executed' AND c.proposed_by_id <> c.approved_by_id)""",
    # -- 9, 10: the journal; once is once
    "journal_row_without_author": """
        SELECT 'journal row ' || id FROM ledger_journalentry WHERE (actor_id IS NULL) = (job = '')""",
    "journal_row_outside_a_transaction": """
        SELECT 'journal row ' || id FROM ledger_journalentry WHERE transaction_id = ''""",
    "message_told_twice": """
        SELECT key || ': ' || count(*) || ' times' FROM accounts_message
        GROUP BY recipient_id, address, key HAVING count(*) > 1""",
    "work_under_way_twice": """
        SELECT kind || ' of ' || object_type || ' ' || object_id FROM ledger_longjob
        WHERE state IN ('waiting', 'running') GROUP BY kind, object_type, object_id HAVING count(*) > 1""",
}
