<?php
require __DIR__ . '/wp-load.php';
kses_remove_filters();
$truth = json_decode(file_get_contents($argv[1]), true);
foreach (['timezone_string' => 'Asia/Shanghai', 'gmt_offset' => '', 'posts_per_rss' => 50, 'rss_use_excerpt' => 0, 'WPLANG' => 'zh_CN',
          'page_comments' => 1, 'comments_per_page' => 20, 'default_comments_page' => 'newest', 'comment_order' => 'asc',
          'thread_comments' => 1, 'comment_moderation' => 0, 'blogname' => '云麓学院新闻网', 'template' => 'twentytwentyone',
          'stylesheet' => 'twentytwentyone', 'close_comments_for_old_posts' => 0, 'blog_public' => 1] as $k => $v) update_option($k, $v);
wp_delete_post(1, true); wp_delete_post(2, true);
$zone = new DateTimeZone('Asia/Shanghai'); $utc = new DateTimeZone('UTC');
function at($iso, $zone) { return (new DateTime($iso))->setTimezone($zone)->format('Y-m-d H:i:s'); }
foreach ($truth['news'] as $n) wp_insert_post(['post_title' => $n['title'], 'post_status' => 'publish', 'post_author' => 1,
  'post_content' => '<p>' . implode('</p><p>', $n['body']) . '</p>', 'post_date' => at($n['at'], $zone), 'post_date_gmt' => at($n['at'], $utc)]);
$newest = get_posts(['numberposts' => 1])[0]->ID;
foreach ($truth['comments'] as $c) wp_insert_comment(['comment_post_ID' => $newest, 'comment_author' => $c['user'], 'comment_content' => $c['text'],
  'comment_approved' => 1, 'comment_date' => at($c['at'], $zone), 'comment_date_gmt' => at($c['at'], $utc)]);
$page = wp_insert_post(['post_type' => 'page', 'post_title' => '留言板', 'post_status' => 'publish', 'post_author' => 1,
  'post_content' => '<p>请在下面留言。</p>', 'comment_status' => 'open', 'post_date' => '2026-01-01 08:00:00', 'post_date_gmt' => '2026-01-01 00:00:00']);
foreach ($truth['letters'] as $l) {
  $id = wp_insert_comment(['comment_post_ID' => $page, 'comment_author' => $l['user'], 'comment_content' => $l['text'], 'comment_approved' => 1,
    'comment_date' => at($l['at'], $zone), 'comment_date_gmt' => at($l['at'], $utc)]);
  if (isset($l['reply'])) wp_insert_comment(['comment_post_ID' => $page, 'comment_parent' => $id, 'user_id' => 1, 'comment_author' => 'admin',
    'comment_content' => $l['reply'], 'comment_approved' => 1, 'comment_date' => at($l['reply_at'], $zone), 'comment_date_gmt' => at($l['reply_at'], $utc)]);
}
echo $page;
