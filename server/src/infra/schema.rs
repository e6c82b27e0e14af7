//! Tables as diesel knows them. Generated from the migrations; `make schema` writes it anew, a test compares.

diesel::table! {
    account_roles (account_id, role) {
        account_id -> Uuid,
        role -> Text,
        granted_by -> Nullable<Uuid>,
        granted_at -> Timestamptz,
    }
}

diesel::table! {
    accounts (id) {
        id -> Uuid,
        pseudonym -> Text,
        pseudonym_skeleton -> Text,
        password_hash -> Text,
        recovery_hash -> Text,
        birth_year -> SmallInt,
        trusted -> Bool,
        ask_me_about -> Nullable<Text>,
        heard_from -> Nullable<Text>,
        locale -> Text,
        origin -> Text,
        rules_accepted_at -> Timestamptz,
        consented_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        erased_at -> Nullable<Timestamptz>,
        shows_presence -> Bool,
    }
}

diesel::table! {
    appeals (id) {
        id -> Uuid,
        decision_id -> Uuid,
        case_id -> Uuid,
        account_id -> Nullable<Uuid>,
        text_sealed -> Binary,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    audit_log (seq) {
        seq -> BigInt,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        act -> Text,
        target_kind -> Text,
        target_id -> Nullable<Uuid>,
        codes -> Jsonb,
        previous_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    boards (id) {
        id -> Uuid,
        slug -> Text,
        title -> Text,
        description -> Text,
        members_only -> Bool,
        position -> Integer,
        version -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    breach_people (case_id, account_id) {
        case_id -> Uuid,
        account_id -> Uuid,
        told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    breach_steps (case_id, step) {
        case_id -> Uuid,
        step -> Text,
        outcome -> Nullable<Text>,
        done_at -> Nullable<Timestamptz>,
        done_by -> Nullable<Uuid>,
        note_sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    breaches (case_id) {
        case_id -> Uuid,
        aware_at -> Timestamptz,
        no_breach -> Nullable<Text>,
        left_kinds -> Array<Text>,
        reach -> Nullable<Text>,
        affected_outside -> Integer,
        verdict -> Nullable<Text>,
        notified_at -> Nullable<Timestamptz>,
        form_sealed -> Nullable<Binary>,
        warned_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    case_consults (id) {
        id -> Uuid,
        case_id -> Uuid,
        asked_by -> Nullable<Uuid>,
        asked_of -> Nullable<Uuid>,
        category -> Text,
        level -> SmallInt,
        question_sealed -> Binary,
        text_sealed -> Nullable<Binary>,
        answer_sealed -> Nullable<Binary>,
        created_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    case_events (id) {
        id -> Uuid,
        case_id -> Uuid,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        kind -> Text,
        codes -> Jsonb,
        note_sealed -> Nullable<Binary>,
    }
}

diesel::table! {
    case_keys (case_id) {
        case_id -> Uuid,
        wrapped_key -> Binary,
    }
}

diesel::table! {
    case_presence (case_id, account_id) {
        case_id -> Uuid,
        account_id -> Uuid,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    cases (id) {
        id -> Uuid,
        lane -> Text,
        source -> Text,
        state -> Text,
        category -> Text,
        level -> SmallInt,
        certificate -> Nullable<Text>,
        target_kind -> Text,
        target_id -> Uuid,
        target_revision -> Integer,
        subject_id -> Nullable<Uuid>,
        version -> Integer,
        due_at -> Timestamptz,
        exposure -> Integer,
        reporters -> Integer,
        reporter_record -> Integer,
        hidden_from -> Nullable<Text>,
        claim_holder -> Nullable<Uuid>,
        claim_until -> Nullable<Timestamptz>,
        appealed_decision_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        escalated_at -> Nullable<Timestamptz>,
        decided_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
        handed_to -> Nullable<Uuid>,
        waiting_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    certificates (account_id, category) {
        account_id -> Uuid,
        category -> Text,
        granted_by -> Nullable<Uuid>,
        granted_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    community (only_row) {
        only_row -> Bool,
        name -> Text,
        settings -> Jsonb,
        version -> Integer,
        front_version -> BigInt,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    community_documents (kind, lang) {
        kind -> Text,
        lang -> Text,
        body -> Jsonb,
        version -> Integer,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    consents (id) {
        id -> Uuid,
        account_id -> Uuid,
        purpose -> Text,
        given -> Bool,
        at -> Timestamptz,
    }
}

diesel::table! {
    course_checks (id) {
        id -> Uuid,
        account_id -> Uuid,
        course -> Text,
        lang -> Text,
        document_version -> Integer,
        seed -> BigInt,
        answers -> Array<SmallInt>,
        started_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        right_count -> Nullable<SmallInt>,
        passed -> Nullable<Bool>,
        read_again -> Array<Text>,
    }
}

diesel::table! {
    course_modules_read (account_id, course, module) {
        account_id -> Uuid,
        course -> Text,
        module -> Text,
        read_at -> Timestamptz,
    }
}

diesel::table! {
    decisions (id) {
        id -> Uuid,
        case_id -> Uuid,
        action -> Text,
        rule -> Nullable<Text>,
        statement -> Text,
        automated -> Bool,
        subject_id -> Nullable<Uuid>,
        decided_by -> Nullable<Uuid>,
        target_kind -> Text,
        target_id -> Uuid,
        target_revision -> Integer,
        target_state -> Text,
        previous_state -> Text,
        appeal_until -> Nullable<Timestamptz>,
        overturned_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    desk_care (account_id) {
        account_id -> Uuid,
        paused_since -> Nullable<Timestamptz>,
        rested_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    diplomas (account_id, course) {
        account_id -> Uuid,
        course -> Text,
        code -> Text,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    evidence (id) {
        id -> Uuid,
        case_id -> Uuid,
        target_kind -> Text,
        target_id -> Uuid,
        revision -> Integer,
        body_sealed -> Binary,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    evidence_holds (case_id) {
        case_id -> Uuid,
        reason_sealed -> Nullable<Binary>,
        until -> Timestamptz,
        held_by -> Nullable<Uuid>,
        held_at -> Timestamptz,
    }
}

diesel::table! {
    held_messages (id) {
        id -> Uuid,
        room_id -> Uuid,
        author_id -> Nullable<Uuid>,
        client_id -> Uuid,
        body -> Text,
        body_html -> Text,
        state -> Text,
        created_at -> Timestamptz,
        reply_to -> Nullable<Uuid>,
    }
}

diesel::table! {
    help_lines (id) {
        id -> Uuid,
        position -> Integer,
        always_shown -> Bool,
        about_da -> Text,
        about_en -> Text,
        name -> Text,
        number -> Nullable<Text>,
        url -> Nullable<Text>,
        hours -> Nullable<Text>,
        ages -> Nullable<Text>,
        checked_on -> Nullable<Date>,
        updated_at -> Timestamptz,
        always_open -> Bool,
        open_hours -> Jsonb,
        hours_source -> Nullable<Text>,
    }
}

diesel::table! {
    idempotency_keys (account_id, key) {
        account_id -> Uuid,
        key -> Text,
        request_hash -> Binary,
        status -> Nullable<SmallInt>,
        resource_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    letters (id) {
        id -> Uuid,
        account_id -> Uuid,
        case_id -> Nullable<Uuid>,
        about -> Text,
        title -> Text,
        body -> Text,
        signed_by -> Nullable<Uuid>,
        signed_name -> Nullable<Text>,
        signed_role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    live_tickets (ticket_hash) {
        ticket_hash -> Binary,
        session_id -> Uuid,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    message_reactions (message_id, account_id, kind) {
        message_id -> Uuid,
        account_id -> Uuid,
        kind -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    message_revisions (message_id, revision) {
        message_id -> Uuid,
        revision -> Integer,
        body -> Text,
        replaced_at -> Timestamptz,
    }
}

diesel::table! {
    messages (room_id, seq) {
        room_id -> Uuid,
        seq -> BigInt,
        id -> Uuid,
        author_id -> Nullable<Uuid>,
        client_id -> Uuid,
        body -> Text,
        body_html -> Text,
        state -> Text,
        revision -> Integer,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        state_changed_at -> Timestamptz,
        reply_to -> Nullable<Uuid>,
    }
}

diesel::table! {
    notifications (id) {
        id -> Uuid,
        account_id -> Uuid,
        kind -> Text,
        params -> Jsonb,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    pledges (id) {
        id -> Uuid,
        account_id -> Uuid,
        case_id -> Nullable<Uuid>,
        asked_at -> Timestamptz,
        signed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    post_revisions (post_id, revision) {
        post_id -> Uuid,
        revision -> Integer,
        title -> Text,
        body -> Text,
        body_html -> Text,
        tags -> Array<Text>,
        content_note -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    posts (id) {
        id -> Uuid,
        slug -> Text,
        author_id -> Nullable<Uuid>,
        state -> Text,
        submission_state -> Nullable<Text>,
        submission_id -> Nullable<Uuid>,
        live_revision -> Nullable<Integer>,
        submitted_revision -> Nullable<Integer>,
        draft_revision -> Integer,
        version -> Integer,
        surface_version -> BigInt,
        last_number -> Integer,
        comment_count -> Integer,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        state_changed_at -> Timestamptz,
    }
}

diesel::table! {
    practice_answers (month, case_code, account_id) {
        month -> Date,
        case_code -> Text,
        account_id -> Uuid,
        category -> Text,
        level -> SmallInt,
        action -> Text,
        answered_at -> Timestamptz,
    }
}

diesel::table! {
    redaction_tasks (id) {
        id -> Uuid,
        case_id -> Uuid,
        decision_id -> Uuid,
        surface -> Text,
        target_kind -> Text,
        target_id -> Uuid,
        attempts -> Integer,
        last_error -> Nullable<Text>,
        not_before -> Timestamptz,
        done_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    replies (id) {
        id -> Uuid,
        root_kind -> Text,
        root_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        number -> Nullable<Integer>,
        path -> Nullable<Text>,
        depth -> Integer,
        author_id -> Nullable<Uuid>,
        body -> Text,
        body_html -> Text,
        state -> Text,
        revision -> Integer,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        state_changed_at -> Timestamptz,
    }
}

diesel::table! {
    reports (id) {
        id -> Uuid,
        case_id -> Uuid,
        reporter_id -> Nullable<Uuid>,
        network_hash -> Nullable<Binary>,
        reason -> Text,
        note_sealed -> Nullable<Binary>,
        target_revision -> Integer,
        independent -> Bool,
        hid -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    retired_pseudonyms (skeleton_hash) {
        skeleton_hash -> Binary,
        retired_at -> Timestamptz,
    }
}

diesel::table! {
    room_calls (id) {
        id -> Uuid,
        room_id -> Uuid,
        asked_by -> Nullable<Uuid>,
        note -> Text,
        created_at -> Timestamptz,
        answered_by -> Nullable<Uuid>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    room_entries (room_id, account_id) {
        room_id -> Uuid,
        account_id -> Uuid,
        entered_at -> Timestamptz,
        rules_accepted_at -> Nullable<Timestamptz>,
        entered_seq -> BigInt,
        read_seq -> BigInt,
    }
}

diesel::table! {
    room_events (room_id, seq) {
        room_id -> Uuid,
        seq -> BigInt,
        kind -> Text,
        message_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    room_hosts (room_id, account_id) {
        room_id -> Uuid,
        account_id -> Uuid,
    }
}

diesel::table! {
    room_notes (id) {
        id -> Uuid,
        room_id -> Uuid,
        author_id -> Uuid,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    rooms (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        description -> Text,
        always_open -> Bool,
        hours -> Jsonb,
        history -> Text,
        slow_mode_s -> Integer,
        opened_until -> Nullable<Timestamptz>,
        closed_until -> Nullable<Timestamptz>,
        position -> Integer,
        last_seq -> BigInt,
        version -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sanctions (id) {
        id -> Uuid,
        account_id -> Uuid,
        decision_id -> Uuid,
        kind -> Text,
        starts_at -> Timestamptz,
        until -> Nullable<Timestamptz>,
        lifted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    screening_samples (id) {
        id -> Uuid,
        target_kind -> Text,
        target_id -> Nullable<Uuid>,
        verdict -> Nullable<Text>,
        drawn_at -> Timestamptz,
        reviewed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    screening_settings (only_row) {
        only_row -> Bool,
        version -> Integer,
        overrides -> Jsonb,
        words -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        account_id -> Uuid,
        carrier -> Text,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
        authenticated_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    text_revisions (target_kind, target_id, revision) {
        target_kind -> Text,
        target_id -> Uuid,
        revision -> Integer,
        title -> Nullable<Text>,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    threads (id) {
        id -> Uuid,
        board_id -> Uuid,
        author_id -> Nullable<Uuid>,
        title -> Text,
        body -> Text,
        body_html -> Text,
        reply_wish -> Nullable<Text>,
        content_note -> Nullable<Text>,
        state -> Text,
        revision -> Integer,
        version -> BigInt,
        last_number -> Integer,
        reply_count -> Integer,
        last_reply_at -> Timestamptz,
        locked_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        state_changed_at -> Timestamptz,
    }
}

diesel::table! {
    yearly_accounts (year) {
        year -> Integer,
        body -> Jsonb,
        closed_at -> Timestamptz,
    }
}
