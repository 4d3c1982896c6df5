<?php
// php churn_wordpress.php changes.json: one comment is edited, one deleted, and one on the oldest page is answered by a visitor.
require __DIR__ . '/wp-load.php';
$change = json_decode(file_get_contents($argv[1]), true);
function found($text) { global $wpdb; return $wpdb->get_row($wpdb->prepare("SELECT * FROM {$wpdb->comments} WHERE comment_content = %s", $text)); }
wp_update_comment(['comment_ID' => found($change['edited'])->comment_ID, 'comment_content' => $change['now']]);
$old = found($change['answered']);
wp_insert_comment(['comment_post_ID' => $old->comment_post_ID, 'comment_parent' => $old->comment_ID, 'comment_author' => 'songzi',
  'comment_content' => $change['reply'], 'comment_approved' => 1]);
wp_delete_comment(found($change['removed'])->comment_ID, true);
echo 'changed';
